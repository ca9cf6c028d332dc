-- Prolongs a lease. One that ran out while nobody took the host is still its owner's: the epoch says so.
-- KEYS  1 the lease · 2 the epoch
-- ARGV  1 owner · 2 epoch · 3 milliseconds it lasts
-- Returns 1, or 0: another's by now
-- Writes the lease, and no feed entry: nothing changed hands
local holder = redis.call("GET", KEYS[1])
if redis.call("GET", KEYS[2]) ~= ARGV[2] or (holder and holder ~= ARGV[1]) then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[3])
return 1
