-- Forgets tasks that stopped before a time, cleaned up or not: what a host that never came back still holds is found by its labels.
-- KEYS  1 the tasks by the time they stopped
-- ARGV  1 before (exclusive) · 2 how many at most · 3 at
-- Returns of each its id, and its job where it is the attempt of one: what it printed is kept as long as the job
-- Deletes tasks and their terms, and writes a feed entry `task forgotten` for each
-- USES feed
local before, limit, at = ARGV[1], ARGV[2], ARGV[3]
local ids = redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", "(" .. before, "LIMIT", 0, limit)
local answer = {}
for _, id in ipairs(ids) do
  local task = redis.call("HMGET", key.task .. id, "cluster", "host", "group", "terms", "job")
  if task[5] and redis.call("ZSCORE", key.job_live, task[5]) then
    -- Its job has not heard of its end yet.
    redis.call("ZADD", KEYS[1], at, id)
  else
    local cluster, host = task[1], task[2]
    for _, term in ipairs(cjson.decode(task[4])) do redis.call("ZREM", key.task_term .. cluster .. ":" .. term, id) end
    redis.call("ZREM", key.task_term .. cluster .. ":desired:STOPPED", id)
    redis.call("ZREM", key.cluster_tasks .. cluster, id)
    redis.call("SREM", key.host_tasks .. host, id)
    redis.call("ZREM", KEYS[1], id)
    redis.call("DEL", key.task .. id)
    answer[#answer + 1] = id
    answer[#answer + 1] = task[5] or ""
    emit("task", id, "forgotten", at, "cluster", cluster, "host", host, "group", task[3])
  end
end
return answer
