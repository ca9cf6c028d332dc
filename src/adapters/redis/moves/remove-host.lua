-- Forgets a host of which nothing is left on its engine.
-- KEYS  1 the host
-- ARGV  1 host · 2 at
-- Returns 1, or 0: no such host, or a task of it runs or is not cleaned up
-- Deletes host, account and lease (never the epoch), and writes a feed entry `host removed`
-- USES feed
local id = ARGV[1]
local host = redis.call("HMGET", KEYS[1], "cluster", "engineId")
if not host[1] then return 0 end
if redis.call("SCARD", key.host_tasks .. id) > 0 then return 0 end

redis.call("SREM", key.hosts, id)
redis.call("SREM", key.cluster_hosts .. host[1], id)
redis.call("SREM", key.engine_hosts .. host[2], id)
redis.call("DEL", KEYS[1], key.host_attributes .. id, key.host_ports .. id, key.host_groups .. id, key.host_tasks .. id,
  key.lease .. id)
emit("host", id, "removed", ARGV[2], "cluster", host[1], "engine", host[2])
return 1
