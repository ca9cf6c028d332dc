-- Replaces the wing's own record of a task.
-- KEYS  1 the task
-- ARGV  1 task · 2 the version it must have · 3 details in JSON · 4 at
-- Returns 1, or 0: no such task, or another version
-- Writes the task, and a feed entry `task details-set`
-- USES feed
local id, version, details, at = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local task = redis.call("HMGET", KEYS[1], "version", "cluster", "host", "group", "status", "desired")
if task[1] ~= version then return 0 end

redis.call("HSET", KEYS[1], "details", details)
redis.call("HINCRBY", KEYS[1], "version", 1)
emit("task", id, "details-set", at, "cluster", task[2], "host", task[3], "group", task[4], "status", task[5], "desired", task[6])
return 1
