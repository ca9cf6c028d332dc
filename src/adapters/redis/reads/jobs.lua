-- Jobs as they are at one moment.
-- ARGV  ids
-- Returns for each: {} where there is none, else {its own hash, its array's hash, its status, how it ended as a child or "",
--       why it is set aside or "", why the first of its share waits or "", how many entries are before it}; a job that is no child
--       has itself as array; hashes as HGETALL has them
-- USES jobs
local answer = {}
for i, id in ipairs(ARGV) do
  local parent, index = child_parts(id)
  local of = parent or id
  local status = status_of(id)
  if not status then
    answer[i] = {}
  else
    local array = redis.call("HGETALL", key.job .. of)
    local own = parent and redis.call("HGETALL", key.job .. id) or {}
    local place = redis.call("HMGET", key.job .. of, "queue", "share", "each")
    local entry = (parent and not place[3] and #own == 0) and parent or id
    local aside, front, before = "", "", -1
    if status == "RUNNABLE" then
      aside = redis.call("HGET", key.job_aside .. place[1], entry) or ""
      front = redis.call("HGET", key.job_front .. place[1], place[2]) or ""
      before = redis.call("ZRANK", key.job_share .. place[1] .. ":" .. place[2], entry) or -1
    end
    answer[i] = { own, array, status, parent and redis.call("HGET", key.job_ended .. of, index) or "", aside, front, before }
  end
end
return answer
