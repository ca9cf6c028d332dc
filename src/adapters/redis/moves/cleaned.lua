-- The containers of a STOPPED task are gone: its host need not look at it any more.
-- KEYS  1 the task
-- ARGV  1 task · 2 epoch · 3 at
-- Returns 1, or 0: no such task, not STOPPED, or an older epoch
-- Writes the host's set of tasks, and a feed entry `task cleaned` (none when it is repeated)
-- USES writes, feed, hosts
local id, epoch, at = ARGV[1], ARGV[2], ARGV[3]
local task = redis.call("HMGET", KEYS[1], "status", "cluster", "host", "group")
if task[1] ~= "STOPPED" or is_older_epoch(task[3], epoch) then return 0 end

if redis.call("SREM", key.host_tasks .. task[3], id) == 1 then
  emit("task", id, "cleaned", at, "cluster", task[2], "host", task[3], "group", task[4])
end
return 1
