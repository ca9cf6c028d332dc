-- What its owner sees of a host.
-- KEYS  1 the host
-- ARGV  1 host · 2 epoch · 3 health · 4 at
-- Returns 1, or 0: no such host, or an older epoch
-- Writes the host, and a feed entry `host health-set` (none where it is so already)
-- USES writes, feed, hosts
local host = redis.call("HMGET", KEYS[1], "cluster", "health")
if not host[1] or is_older_epoch(ARGV[1], ARGV[2]) then return 0 end
if host[2] == ARGV[3] then return 1 end

redis.call("HSET", KEYS[1], "health", ARGV[3])
if ARGV[3] == "CONNECTED" then
  redis.call("HDEL", KEYS[1], "disconnectedAt")
elseif host[2] == "CONNECTED" then
  redis.call("HSET", KEYS[1], "disconnectedAt", ARGV[4])
end
emit("host", ARGV[1], "health-set", ARGV[4], "cluster", host[1], "health", ARGV[3], "was", host[2])
return 1
