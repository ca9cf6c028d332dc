-- Forgets tasks that stopped before a time, cleaned up or not: what a host that never came back still holds is found by its labels.
-- KEYS  1 the tasks by the time they stopped
-- ARGV  1 before (exclusive) · 2 how many at most · 3 at
-- Returns of each its id, and its job where it is the attempt of one: what it printed is kept as long as the job
-- Deletes tasks and their terms, and writes a feed entry `task forgotten` for each
-- USES writes, feed
local before, limit, at = ARGV[1], ARGV[2], ARGV[3]
local ids = redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", "(" .. before, "LIMIT", 0, limit)
local tasks, jobs, live, gone, answer = {}, {}, {}, {}, {}
for i, id in ipairs(ids) do
  tasks[i] = redis.call("HMGET", key.task .. id, "cluster", "host", "group", "terms", "job")
  -- No task's id is empty: it stands for what is no attempt of a job.
  jobs[i] = tasks[i][5] or ""
end
if #ids > 0 then live = redis.call("ZMSCORE", key.job_live, unpack(jobs)) end
local on_host = {}
for i, id in ipairs(ids) do
  local cluster, host, group, terms = unpack(tasks[i])
  if live[i] then
    -- Its job has not heard of its end yet.
    rank(KEYS[1], at, id)
  else
    for _, term in ipairs(cjson.decode(terms)) do unrank(key.task_term .. cluster .. ":" .. term, id) end
    unrank(key.task_term .. cluster .. ":desired:STOPPED", id)
    unrank(key.cluster_tasks .. cluster, id)
    unrank(KEYS[1], id)
    local set = entry_of(on_host, key.host_tasks .. host)
    set[#set + 1] = id
    gone[#gone + 1] = key.task .. id
    answer[#answer + 1] = id
    answer[#answer + 1] = jobs[i]
    emit("task", id, "forgotten", at, "cluster", cluster, "host", host, "group", group)
  end
end
for set, members in pairs(on_host) do call_with("SREM", set, members) end
if #gone > 0 then redis.call("DEL", unpack(gone)) end
return answer
