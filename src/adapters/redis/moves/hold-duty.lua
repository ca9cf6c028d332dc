-- Makes or keeps somebody the one who does a duty.
-- KEYS  1 the duty
-- ARGV  1 who · 2 milliseconds it lasts
-- Returns 1, or 0 while it is another's
-- Writes it
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1
