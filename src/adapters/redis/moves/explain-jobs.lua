-- Why jobs wait: those that no host could hold leave the line, the first of a share is told its reason.
-- KEYS  none: what is touched follows from the jobs
-- ARGV  1 at · then for each 5: "aside" or "waiting", queue, share, job, reason in JSON
-- Returns 1
-- Writes both, and a feed entry `job set-aside` or `job waits` for each
-- USES feed, jobs
local at = ARGV[1]
for i = 2, #ARGV, 5 do
  local kind, queue, share, id, reason = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local parent = child_parts(id)
  -- Children of an array that is one entry wait together.
  local entry = id
  local line = key.job_share .. queue .. ":" .. share
  if parent and not redis.call("ZSCORE", line, id) then entry = parent end
  if kind == "waiting" then
    redis.call("HSET", key.job_front .. queue, share, reason)
    emit("job", id, "waits", at, "queue", queue, "status", "RUNNABLE")
  elseif redis.call("ZSCORE", line, entry) then
    leave_line(queue, share, entry)
    redis.call("HSET", key.job_aside .. queue, entry, reason)
    emit("job", id, "set-aside", at, "queue", queue, "status", "RUNNABLE")
  end
end
return 1
