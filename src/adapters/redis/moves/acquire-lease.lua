-- Makes someone a host's owner, under a new epoch.
-- KEYS  1 the lease · 2 the epoch
-- ARGV  1 host · 2 owner · 3 milliseconds it lasts · 4 at
-- Returns the new epoch, or 0 while another's lease lasts
-- Writes both, and a feed entry `host owned`
-- USES feed
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[2] then return 0 end
redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
local epoch = redis.call("INCR", KEYS[2])
emit("host", ARGV[1], "owned", ARGV[4], "owner", ARGV[2], "epoch", epoch)
return epoch
