-- Attempts whose containers run.
-- KEYS  none: what is touched follows from the jobs
-- ARGV  1 at · then for each 3: job, attempt, started at
-- Returns when the first timeout of them is due, "" where none has one
-- Writes the jobs that were STARTING that attempt, when they time out, and a feed entry `job started` for each
-- USES writes, feed, jobs, job-status
local at, first = ARGV[1], nil
for i = 2, #ARGV, 3 do
  local id, attempt, started_at = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local job = redis.call("HMGET", key.job .. id, "status", "attempt", "queue", "order", "timeout")
  if job[1] == "STARTING" and job[2] == attempt then
    local parent, index = child_parts(id)
    if parent then
      redis.call("HSET", key.job .. id, "status", "RUNNING", "startedAt", started_at)
      set_child(parent, index, "STARTING", "RUNNING")
    else
      set_status(id, job[3], job[4], "STARTING", "RUNNING", "startedAt", started_at)
    end
    if job[5] then
      local due = tonumber(started_at) + tonumber(job[5]) * 1000
      redis.call("ZADD", key.job_due, due, "timeout " .. id)
      if not first or due < first then first = due end
    end
    emit("job", id, "started", at, "queue", job[3], "status", "RUNNING", "was", "STARTING")
  end
end
return first and string.format("%.0f", first) or ""
