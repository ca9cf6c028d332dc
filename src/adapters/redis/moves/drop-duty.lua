-- Gives a duty up, so that another may take it at once.
-- KEYS  1 the duty
-- ARGV  1 who
-- Returns 1, or 0: not his any more
-- Deletes it
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call("DEL", KEYS[1])
