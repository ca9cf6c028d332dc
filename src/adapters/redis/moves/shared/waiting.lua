-- Stands before scripts that say `-- USES waiting`, after writes and feed: lines in which tasks wait for a host, in the order they came.

local function start_waiting(line, id, created_at)
  redis.call("ZADD", key.waiting_tasks .. line, created_at, id)
  redis.call("SADD", key.waiting_lines, line)
end

local function stop_waiting(line, id)
  redis.call("ZREM", key.waiting_tasks .. line, id)
  if redis.call("EXISTS", key.waiting_tasks .. line) == 0 then redis.call("SREM", key.waiting_lines, line) end
end

-- A task that waits and is to stop has stopped: nothing of it runs.
local function end_waiting(id, at)
  local task = redis.call("HMGET", key.task .. id, "line", "observed", "cluster", "host", "group", "status")
  stop_waiting(task[1], id)
  -- By text, because cjson would make objects of its empty lists. Names of containers hold no quotes.
  local observed = string.gsub(task[2], '"status":"%u+"', '"status":"STOPPED"')
  redis.call("HSET", key.task .. id, "status", "STOPPED", "countsAs", "",
    "observed", '{"stoppedAt":' .. at .. "," .. string.sub(observed, 2))
  rank(key.stopped_tasks, at, id)
  emit("task", id, "observed", at, "cluster", task[3], "host", task[4], "group", task[5],
    "status", "STOPPED", "desired", "STOPPED", "was", task[6])
end
