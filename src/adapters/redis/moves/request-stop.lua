-- desiredStatus STOPPED: the first request wins, later ones change nothing. A task that waits for a host is STOPPED at once: nothing of it runs.
-- KEYS  1 the task
-- ARGV  1 task · 2 the request in JSON · 3 its code · 4 at · 5 the epoch of the host's owner, "" where anybody else asks
-- Returns 1, or 0 where nothing changed: none such, asked before, or an older epoch
-- Writes the task, its term, its group's count on the host or its line, and a feed entry `task stop-requested`, `task observed` as well where it
--   is STOPPED by that
-- USES writes, feed, hosts, waiting
local id, stop, code, at, epoch = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local task = redis.call("HMGET", KEYS[1], "desired", "cluster", "host", "group", "createdAt", "status", "version")
if task[1] ~= "RUNNING" or (epoch ~= "" and is_older_epoch(task[3], epoch)) then return 0 end
local cluster, host, group, created_at, status = task[2], task[3], task[4], task[5], task[6]

redis.call("HSET", KEYS[1], "desired", "STOPPED", "stop", stop, "version", tonumber(task[7]) + 1)
no_longer_desired(id, cluster, host, group, created_at)
emit("task", id, "stop-requested", at, "cluster", cluster, "host", host, "group", group,
  "status", status, "desired", "STOPPED", "code", code)
if host == "" then end_waiting(id, at) end
return 1
