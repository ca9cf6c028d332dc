-- Removes a document.
-- KEYS  1 the document · 2 ids of the kind
-- ARGV  1 kind · 2 id · 3 the version it must have, or "" · 4 at
-- Returns 1, or 0: gone already, or another version
-- Deletes the document and its terms, and writes a feed entry `KIND removed`
-- USES feed
local kind, id = ARGV[1], ARGV[2]
local known = redis.call("HMGET", KEYS[1], "version", "terms")
if not known[1] or (ARGV[3] ~= "" and known[1] ~= ARGV[3]) then return 0 end

for _, term in ipairs(cjson.decode(known[2])) do redis.call("SREM", key.record_term .. kind .. ":" .. term, id) end
redis.call("ZREM", KEYS[2], id)
redis.call("DEL", KEYS[1])
emit(kind, id, "removed", ARGV[4], "version", known[1])
return 1
