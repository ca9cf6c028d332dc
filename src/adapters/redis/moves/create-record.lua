-- Makes a document, of a given id or of the next number after a prefix.
-- KEYS  1 ids of the kind
-- ARGV  1 kind · 2 id, or the prefix of a numbered one · 3 "id" or "number" · 4 value in JSON · 5 terms in JSON · 6 at
-- Returns {id, number}, or {} where one of that id exists
-- Writes the document, its terms, the counter, and a feed entry `KIND created`
-- USES feed
local kind, id, value, terms, at = ARGV[1], ARGV[2], ARGV[4], ARGV[5], ARGV[6]
local number = 0
if ARGV[3] == "number" then
  number = redis.call("INCR", key.record_number .. kind .. ":" .. id)
  id = id .. string.format("%010d", number)
end
local document = key.record .. kind .. ":" .. id
if redis.call("EXISTS", document) == 1 then return {} end

redis.call("HSET", document, "value", value, "version", 1, "terms", terms)
redis.call("ZADD", KEYS[1], 0, id)
for _, term in ipairs(cjson.decode(terms)) do redis.call("SADD", key.record_term .. kind .. ":" .. term, id) end
emit(kind, id, "created", at, "version", 1)
return { id, number }
