-- Gives a host up, so that another may take it at once.
-- KEYS  1 the lease · 2 the epoch
-- ARGV  1 host · 2 owner · 3 epoch · 4 at
-- Returns 1, or 0: not this owner's any more
-- Deletes the lease, and writes a feed entry `host released`
-- USES feed
if redis.call("GET", KEYS[1]) ~= ARGV[2] or redis.call("GET", KEYS[2]) ~= ARGV[3] then return 0 end
redis.call("DEL", KEYS[1])
emit("host", ARGV[1], "released", ARGV[4], "owner", ARGV[2], "epoch", ARGV[3])
return 1
