-- Lets uploads in again.
-- KEYS  1 what closes them
-- ARGV  1 collection
-- Returns 1, or 0: another collection keeps them waiting, or none
if redis.call("HGET", KEYS[1], "by") ~= ARGV[1] then return 0 end
redis.call("DEL", KEYS[1])
return 1
