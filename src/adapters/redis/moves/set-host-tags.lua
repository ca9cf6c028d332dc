-- Replaces the tags of a host.
-- KEYS  1 the host
-- ARGV  1 host · 2 tags in JSON · 3 at
-- Returns 1, or 0: no such host
-- Writes the host, and a feed entry `host tags-set`
-- USES feed
local cluster = redis.call("HGET", KEYS[1], "cluster")
if not cluster then return 0 end
redis.call("HSET", KEYS[1], "tags", ARGV[2])
emit("host", ARGV[1], "tags-set", ARGV[3], "cluster", cluster)
return 1
