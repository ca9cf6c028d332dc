-- What the user wants of a host.
-- KEYS  1 the host
-- ARGV  1 host · 2 state · 3 at
-- Returns 1, or 0: no such host
-- Writes the host, and a feed entry `host state-set` (none where it is so already)
-- USES feed
local host = redis.call("HMGET", KEYS[1], "cluster", "state")
if not host[1] then return 0 end
if host[2] ~= ARGV[2] then
  redis.call("HSET", KEYS[1], "state", ARGV[2])
  emit("host", ARGV[1], "state-set", ARGV[3], "cluster", host[1], "state", ARGV[2], "was", host[2])
end
return 1
