-- What is due: jobs that waited for their next attempt, and attempts that have had their time.
-- KEYS  1 what is due when
-- ARGV  1 at · 2 reason of a timeout · 3 its request in JSON · 4 how many at most
-- Returns {how many were due, when the next is or ""}
-- Writes the line, or the request to stop, and a feed entry `job ready` or `job stop-requested` for each
-- USES feed, jobs
local at = ARGV[1]
local due = redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", at, "LIMIT", 0, ARGV[4])
for _, member in ipairs(due) do
  redis.call("ZREM", KEYS[1], member)
  local kind, id = string.match(member, "^(%S+) (%S+)$")
  local job = redis.call("HMGET", key.job .. id, "status", "queue", "share", "score", "stop")
  if kind == "retry" and job[1] == "RUNNABLE" then
    enter_line(job[2], job[3], score_of_return(job[4]), id)
    emit("job", id, "ready", at, "queue", job[2], "status", "RUNNABLE")
  elseif kind == "timeout" and job[1] == "RUNNING" and not job[5] then
    redis.call("HSET", key.job .. id, "stop", ARGV[3])
    redis.call("SADD", key.job_stopping, id)
    emit("job", id, "stop-requested", at, "queue", job[2], "stop", "timeout")
  end
end
local next_due = redis.call("ZRANGE", KEYS[1], 0, 0, "WITHSCORES")
return { #due, next_due[2] or "" }
