-- Sets and deletes attributes of a host.
-- KEYS  1 the host · 2 its attributes
-- ARGV  1 host · 2 at · 3… in turn: attribute, "set" or "delete", value
-- Returns 1, or 0: no such host
-- Writes the attributes, and a feed entry `host attributes-set`
-- USES feed
local cluster = redis.call("HGET", KEYS[1], "cluster")
if not cluster then return 0 end
for i = 3, #ARGV, 3 do
  if ARGV[i + 1] == "set" then
    redis.call("HSET", KEYS[2], ARGV[i], ARGV[i + 2])
  else
    redis.call("HDEL", KEYS[2], ARGV[i])
  end
end
emit("host", ARGV[1], "attributes-set", ARGV[2], "cluster", cluster)
return 1
