-- Replaces a document and its terms.
-- KEYS  1 the document
-- ARGV  1 kind · 2 id · 3 the version it must have · 4 value in JSON · 5 terms in JSON · 6 at
-- Returns the new version, or 0: gone, or another version
-- Writes the document, its terms, and a feed entry `KIND replaced`
-- USES feed
local kind, id, value, terms, at = ARGV[1], ARGV[2], ARGV[4], ARGV[5], ARGV[6]
local known = redis.call("HMGET", KEYS[1], "version", "terms")
if known[1] ~= ARGV[3] then return 0 end

for _, term in ipairs(cjson.decode(known[2])) do redis.call("SREM", key.record_term .. kind .. ":" .. term, id) end
for _, term in ipairs(cjson.decode(terms)) do redis.call("SADD", key.record_term .. kind .. ":" .. term, id) end
redis.call("HSET", KEYS[1], "value", value, "terms", terms)
local version = redis.call("HINCRBY", KEYS[1], "version", 1)
emit(kind, id, "replaced", at, "version", version)
return version
