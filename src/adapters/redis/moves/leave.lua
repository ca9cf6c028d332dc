-- A control plane ends: the others may have its hosts.
-- KEYS  1 the control planes · 2 its attendance
-- ARGV  1 control plane · 2 at
-- Returns 1, or 0: it counted as living no more
-- Deletes both, and writes a feed entry `control-plane left`
-- USES feed
redis.call("DEL", KEYS[2])
if redis.call("ZREM", KEYS[1], ARGV[1]) == 0 then return 0 end
emit("control-plane", ARGV[1], "left", ARGV[2])
return 1
