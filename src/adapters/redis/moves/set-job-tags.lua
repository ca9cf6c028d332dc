-- Replaces a job's tags.
-- KEYS  1 the job
-- ARGV  1 job · 2 tags in JSON · 3 at
-- Returns 1, or 0: no such job
-- Writes the job, and a feed entry `job tagged`
-- USES feed
local queue = redis.call("HGET", KEYS[1], "queue")
if not queue then return 0 end
redis.call("HSET", KEYS[1], "tags", ARGV[2])
emit("job", ARGV[1], "tagged", ARGV[3], "queue", queue)
return 1
