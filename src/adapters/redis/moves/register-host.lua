-- Makes a host, or changes a known one: what is free moves by the difference of what is declared.
-- KEYS  1 the host
-- ARGV  1 host · 2 cluster · 3 engine · 4 address of its published ports · 5 declared cpu units · 6 declared memory MiB ·
--       7 fixed members in JSON · 8 tags in JSON · 9 names of its attributes in JSON · 10 at · 11… attribute and value in turn
-- Returns 1
-- Writes host, attributes and the sets it is listed in, and a feed entry `host registered`
-- USES feed
local id, cluster, engine, address, cpu, memory = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local fixed, tags, names, at = ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local known = redis.call("HMGET", KEYS[1], "cluster", "engineId", "declaredCpu", "declaredMemory", "state", "attributeNames")

if known[1] then
  redis.call("SREM", key.cluster_hosts .. known[1], id)
  redis.call("SREM", key.engine_hosts .. known[2], id)
  -- Another cluster or engine has another network: its owner says which.
  if known[1] ~= cluster or known[2] ~= engine then redis.call("HDEL", KEYS[1], "network") end
  redis.call("HINCRBY", KEYS[1], "freeCpu", cpu - tonumber(known[3]))
  redis.call("HINCRBY", KEYS[1], "freeMemory", memory - tonumber(known[4]))
  -- Attributes that were put on it since are not the declaration's to take away.
  for _, name in ipairs(cjson.decode(known[6])) do redis.call("HDEL", key.host_attributes .. id, name) end
  if known[5] == "INACTIVE" then redis.call("HSET", KEYS[1], "state", "ACTIVE") end
else
  -- Nobody has seen it yet: its owner says when it is connected.
  redis.call("HSET", KEYS[1], "state", "ACTIVE", "health", "DISCONNECTED", "disconnectedAt", at, "registeredAt", at,
    "freeCpu", cpu, "freeMemory", memory, "runningTasks", 0, "pendingTasks", 0, "tags", tags)
end
redis.call("HSET", KEYS[1], "cluster", cluster, "engineId", engine, "publishAddress", address, "declaredCpu", cpu, "declaredMemory", memory,
  "fixed", fixed, "attributeNames", names)
for i = 11, #ARGV, 2 do redis.call("HSET", key.host_attributes .. id, ARGV[i], ARGV[i + 1]) end
redis.call("SADD", key.hosts, id)
redis.call("SADD", key.cluster_hosts .. cluster, id)
redis.call("SADD", key.engine_hosts .. engine, id)
emit("host", id, "registered", at, "cluster", cluster, "engine", engine)
return 1
