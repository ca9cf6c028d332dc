-- What owners of hosts saw of tasks, in the order they saw it.
-- KEYS  none: what is touched follows from the tasks
-- ARGV  for each 8: task, epoch, status seen, statuses it may be seen after, each between spaces, what it counts as, whether it is the end ("1"),
--       all that was seen, in JSON, at
-- Returns for each 1, or 0: no such task, an older epoch, or no such move
-- Writes the tasks, at their end gives back what they held of their hosts, and a feed entry `task observed` for each
-- USES writes, feed, hosts
local FIELDS = { "status", "countsAs", "desired", "cluster", "host", "engine", "group", "cpu", "memory", "ports", "createdAt", "job",
  "version", "details", "stop" }
local tasks, epochs, answer = {}, {}, {}

local function task_of(id)
  if not tasks[id] then
    local task = { id = id }
    for i, value in ipairs(redis.call("HMGET", key.task .. id, unpack(FIELDS))) do task[FIELDS[i]] = value end
    tasks[id] = task
  end
  return tasks[id]
end

local function is_owner_of(host, epoch)
  epochs[host] = epochs[host] or tonumber(redis.call("GET", key.epoch .. host) or "0")
  return tonumber(epoch) >= epochs[host]
end

local function give_back(task, at)
  local host = key.host .. task.host
  count(host, "freeCpu", task.cpu)
  count(host, "freeMemory", task.memory)
  each_port(task.ports, function(space, port) redis.call("HDEL", port_key(space, task.host, task.engine), port) end)
  if task.desired == "RUNNING" then no_longer_desired(task.id, task.cluster, task.host, task.group, task.createdAt) end
  task.desired = "STOPPED"
  rank(key.stopped_tasks, at, task.id)
end

local function see(task, status, counts_as, ends, observed, at)
  local was = task.status
  if task.countsAs ~= counts_as then
    count_on_host(task.host, task.countsAs, -1)
    count_on_host(task.host, counts_as, 1)
  end
  if ends then give_back(task, at) end
  task.status, task.countsAs, task.observed, task.version = status, counts_as, observed, tonumber(task.version) + 1
  -- Whoever judges the ends of jobs hears many: it need not read each task.
  local rest = task.job and ends
    and { "createdAt", task.createdAt, "observed", observed, "details", task.details, "stop", task.stop or "" } or {}
  emit("task", task.id, "observed", at, "cluster", task.cluster, "host", task.host, "group", task.group, "status", status,
    "desired", task.desired, "was", was, unpack(rest))
end

for i = 1, #ARGV, 8 do
  local task, epoch, status, allowed = task_of(ARGV[i]), ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local may = task.status and is_owner_of(task.host, epoch) and string.find(allowed, " " .. task.status .. " ", 1, true)
  if may then see(task, status, ARGV[i + 4], ARGV[i + 5] == "1", ARGV[i + 6], ARGV[i + 7]) end
  answer[#answer + 1] = may and 1 or 0
end
for id, task in pairs(tasks) do
  if task.observed then
    redis.call("HSET", key.task .. id, "status", task.status, "countsAs", task.countsAs, "observed", task.observed,
      "desired", task.desired, "version", task.version)
  end
end
return answer
