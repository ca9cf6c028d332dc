-- Which network a host's cluster has on its engine.
-- KEYS  1 the host
-- ARGV  1 host · 2 epoch · 3 network, `10.42.7.0/24`, "" where there is none · 4 at
-- Returns 1, or 0: no such host, or an older epoch
-- Writes the host, and a feed entry `host network-set` (none where it is so already)
-- USES writes, feed, hosts
local host = redis.call("HMGET", KEYS[1], "cluster", "network")
if not host[1] or is_older_epoch(ARGV[1], ARGV[2]) then return 0 end
if (host[2] or "") == ARGV[3] then return 1 end

if ARGV[3] == "" then redis.call("HDEL", KEYS[1], "network") else redis.call("HSET", KEYS[1], "network", ARGV[3]) end
emit("host", ARGV[1], "network-set", ARGV[4], "cluster", host[1], "network", ARGV[3])
return 1
