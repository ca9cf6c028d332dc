-- Keeps why a request was refused.
-- KEYS  1 the request's refusals · 2 the last refused request
-- ARGV  1 request · 2 records in JSON · 3 seconds to keep them · 4 at · 5 cluster · 6 group
-- Returns 1
-- Writes both, and a feed entry `placement refused`
-- USES feed
redis.call("SET", KEYS[1], ARGV[2], "EX", ARGV[3])
redis.call("SET", KEYS[2], ARGV[1], "EX", ARGV[3])
emit("placement", ARGV[1], "refused", ARGV[4], "cluster", ARGV[5], "group", ARGV[6])
return 1
