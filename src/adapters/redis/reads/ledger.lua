-- An engine's hosts, their accounts and all their tasks, as they are at one moment: what the ledger check compares.
-- ARGV  1 engine
-- Returns {the engine's ports, its addresses, {host, own ports, groups, tasks}…}; a task is {id, in the host's set or not, status, desired, cpu,
-- memory, ports, group, engine, what it counts as}
local answer = { redis.call("HGETALL", key.engine_ports .. ARGV[1]), redis.call("HGETALL", key.engine_addresses .. ARGV[1]) }
for _, id in ipairs(redis.call("SMEMBERS", key.engine_hosts .. ARGV[1])) do
  local host = redis.call("HMGET", key.host .. id, "cluster", "declaredCpu", "declaredMemory", "freeCpu", "freeMemory",
    "runningTasks", "pendingTasks")
  -- Two independent lists of the host's tasks: one that lost a task is found by the other.
  local listed = {}
  for _, task in ipairs(redis.call("ZRANGE", key.task_term .. host[1] .. ":host:" .. id, 0, -1)) do listed[task] = "0" end
  for _, task in ipairs(redis.call("SMEMBERS", key.host_tasks .. id)) do listed[task] = "1" end
  local tasks = {}
  for task, live in pairs(listed) do
    local seen = redis.call("HMGET", key.task .. task, "status", "desired", "cpu", "memory", "ports", "group", "engine", "countsAs")
    tasks[#tasks + 1] = { task, live, unpack(seen) }
  end
  answer[#answer + 1] = { id, host, redis.call("HGETALL", key.host_ports .. id), redis.call("HGETALL", key.host_groups .. id), tasks }
end
return answer
