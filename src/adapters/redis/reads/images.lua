-- The images of a repository, as they are at one moment.
-- KEYS  1 images · 2 tags · 3 pulls
-- Returns all three, each as HGETALL has it
return { redis.call("HGETALL", KEYS[1]), redis.call("HGETALL", KEYS[2]), redis.call("HGETALL", KEYS[3]) }
