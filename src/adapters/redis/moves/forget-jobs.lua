-- Forgets jobs that ended before a time, arrays with all their children.
-- KEYS  1 the jobs by the time they ended
-- ARGV  1 before (exclusive) · 2 how many at most · 3 at
-- Returns of each its id, how many children it had, how many attempts it had, and {index, end} of its children in turn
-- Deletes jobs and their lists, and writes a feed entry `job forgotten` for each
-- USES feed
local answer = {}
for _, id in ipairs(redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", "(" .. ARGV[1], "LIMIT", 0, ARGV[2])) do
  local job = redis.call("HMGET", key.job .. id, "queue", "name", "status", "cause", "size", "attempt")
  local queue = job[1]
  answer[#answer + 1] = { id, job[5] or "0", job[6], redis.call("HGETALL", key.job_ended .. id) }
  redis.call("ZREM", KEYS[1], id)
  redis.call("ZREM", key.job_list .. queue .. ":" .. job[3], id)
  redis.call("ZREM", key.job_list .. queue .. ":ALL", id)
  redis.call("ZREM", key.job_name .. queue .. ":" .. job[2], id)
  if job[4] then redis.call("DEL", key.job_cause .. job[4]) end
  redis.call("DEL", key.job .. id, key.job_children .. id, key.job_ended .. id, key.job_dependents .. id)
  emit("job", id, "forgotten", ARGV[3], "queue", queue)
end
return answer
