-- Counts an upload, or renews it, unless a collection keeps new ones waiting.
-- KEYS  1 holds
-- ARGV  1 id · 2 now · 3 expires at
-- Returns 1, or 0: a collection is under way
-- USES feed, images
local id, now, expires_at = ARGV[1], ARGV[2], ARGV[3]
local expiry = tonumber(redis.call("ZSCORE", KEYS[1], id) or "0")
if expiry <= tonumber(now) and are_uploads_closed(now, "") then return 0 end
redis.call("ZADD", KEYS[1], expires_at, id)
return 1
