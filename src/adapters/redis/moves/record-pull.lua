-- An image was pulled.
-- KEYS  1 images of the repository · 2 its pulls
-- ARGV  1 repository · 2 digest · 3 at
-- Returns 1, or 0: no such image
-- Writes the time, never back, and a feed entry `image pulled`
-- USES feed, images
local repository, digest, at = ARGV[1], ARGV[2], ARGV[3]
if redis.call("HEXISTS", KEYS[1], digest) == 0 then return 0 end
local last = tonumber(redis.call("HGET", KEYS[2], digest) or "0")
if tonumber(at) > last then redis.call("HSET", KEYS[2], digest, at) end
emit_image("pulled", repository, digest, "", at)
return 1
