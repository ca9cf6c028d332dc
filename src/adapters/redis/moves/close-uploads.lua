-- Keeps new uploads waiting, or renews that.
-- KEYS  1 what closes them
-- ARGV  1 collection · 2 now · 3 until
-- Returns 1, or 0: another collection is under way
-- USES feed, images
if are_uploads_closed(ARGV[2], ARGV[1]) then return 0 end
redis.call("HSET", KEYS[1], "by", ARGV[1], "until", ARGV[3])
return 1
