-- What a host's owner saw of a task.
-- KEYS  1 the task
-- ARGV  1 task · 2 epoch · 3 status seen · 4 statuses it may be seen after, each between spaces · 5 what it counts as ·
--       6 whether it is the end ("1") · 7 all that was seen, in JSON · 8 at
-- Returns 1, or 0: no such task, an older epoch, or no such move
-- Writes the task, at its end gives back what it held of its host, and a feed entry `task observed`
-- USES feed, hosts
local id, epoch, status, allowed, counts_as, ends, observed, at =
  ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6] == "1", ARGV[7], ARGV[8]
local task = redis.call("HMGET", KEYS[1], "status", "countsAs", "desired", "cluster", "host", "engine", "group", "cpu", "memory",
  "ports", "createdAt", "job", "version")
local was, counted_as, desired, cluster, host, engine, group = task[1], task[2], task[3], task[4], task[5], task[6], task[7]
if not was or is_older_epoch(host, epoch) or not string.find(allowed, " " .. was .. " ", 1, true) then return 0 end

local is_unwanted_now = ends and desired == "RUNNING"
if is_unwanted_now then desired = "STOPPED" end
redis.call("HSET", KEYS[1], "status", status, "countsAs", counts_as, "observed", observed, "desired", desired,
  "version", tonumber(task[13]) + 1)
if counted_as ~= counts_as then
  count_on_host(host, counted_as, -1)
  count_on_host(host, counts_as, 1)
end
if ends then
  redis.call("HINCRBY", key.host .. host, "freeCpu", task[8])
  redis.call("HINCRBY", key.host .. host, "freeMemory", task[9])
  each_port(task[10], function(space, port) redis.call("HDEL", port_key(space, host, engine), port) end)
  if is_unwanted_now then no_longer_desired(id, cluster, host, group, task[11]) end
  redis.call("ZADD", key.stopped_tasks, at, id)
end
if task[12] and ends then
  -- Whoever judges the ends of jobs hears many: it need not read each task.
  local rest = redis.call("HMGET", KEYS[1], "details", "stop")
  emit("task", id, "observed", at, "cluster", cluster, "host", host, "group", group, "status", status, "desired", desired, "was", was,
    "createdAt", task[11], "observed", observed, "details", rest[1], "stop", rest[2] or "")
else
  emit("task", id, "observed", at, "cluster", cluster, "host", host, "group", group,
    "status", status, "desired", desired, "was", was)
end
return 1
