-- Jobs that were set aside come back to their places: hosts or environments have changed.
-- KEYS  1 what is set aside of a queue
-- ARGV  1 queue · 2 at
-- Returns how many came back
-- Writes them, and a feed entry `job recalled` for each
-- USES feed, jobs
local queue, at = ARGV[1], ARGV[2]
local entries = redis.call("HKEYS", KEYS[1])
for _, entry in ipairs(entries) do
  local parent = child_parts(entry)
  local own = redis.call("HMGET", key.job .. entry, "share", "score", "attempt")
  if not own[1] then own = redis.call("HMGET", key.job .. (parent or entry), "share", "score") end
  redis.call("HDEL", KEYS[1], entry)
  if own[1] then
    enter_line(queue, own[1], tonumber(own[3] or "0") > 0 and score_of_return(own[2]) or own[2], entry)
    emit("job", entry, "recalled", at, "queue", queue, "status", "RUNNABLE")
  end
end
return #entries
