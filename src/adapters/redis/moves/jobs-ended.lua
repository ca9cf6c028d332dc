-- Ends of attempts, judged.
-- KEYS  none: what is touched follows from the jobs
-- ARGV  1 at · then for each 8: job, attempt, verdict (SUCCEEDED, FAILED, RETRY), reason, stopped at, milliseconds before a retry,
--       the attempt in JSON, started at or ""
-- Returns how many jobs or arrays have dependents to be looked at
-- Writes the jobs that held a host for that attempt: their end, or their way back to the front of the line; what their shares have had;
--       feed entries `job ended` or `job retries`
-- USES writes, feed, jobs, job-status, job-ends
local at = ARGV[1]

-- What shares get back is written once, at the end.
local given = {}

local function give_back(queue, share, cpu)
  local usage = key.job_usage .. queue
  given[usage] = given[usage] or {}
  given[usage][share] = (given[usage][share] or 0) + cpu
end

local function write_given(usage, share, cpu)
  local was = redis.call("HMGET", usage, "past " .. share, "at " .. share, "decay")
  local passed = math.max(0, tonumber(at) - tonumber(was[2] or at))
  local past = tonumber(was[1] or "0") * math.exp(-passed / (tonumber(was[3] or "600") * 1000))
  redis.call("HINCRBY", usage, "running " .. share, 0 - cpu)
  redis.call("HSET", usage, "past " .. share, string.format("%.3f", past + cpu), "at " .. share, at)
end

for i = 2, #ARGV, 8 do
  local id, attempt, verdict, reason, stopped_at = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local job = redis.call("HMGET", key.job .. id, "status", "attempt", "queue", "share", "order", "score", "cpu", "stop", "attempts",
    "timeout")
  local was, queue, share = job[1], job[3], job[4]
  if (was == "STARTING" or was == "RUNNING") and job[2] == attempt then
    local attempts = job[9] and (job[9] .. "," .. ARGV[i + 6]) or ARGV[i + 6]
    local parent, index = child_parts(id)
    give_back(queue, share, tonumber(job[7]))
    unrank(key.job_live, id)
    if job[10] then redis.call("ZREM", key.job_due, "timeout " .. id) end
    -- Whoever asked it to stop meant all of its attempts.
    if job[8] then
      verdict, reason = "FAILED", cjson.decode(job[8]).reason
      redis.call("SREM", key.job_stopping, id)
    end
    if verdict == "RETRY" then
      redis.call("HDEL", key.job .. id, "startedAt", "environment", "host")
      if parent then
        redis.call("HSET", key.job .. id, "status", "RUNNABLE", "attempts", attempts, "reason", reason, "readyAt", at)
        set_child(parent, index, was, "RUNNABLE")
      else
        set_status(id, queue, job[5], was, "RUNNABLE", "attempts", attempts, "reason", reason, "readyAt", at)
      end
      if tonumber(ARGV[i + 5]) > 0 then
        redis.call("ZADD", key.job_due, tonumber(at) + tonumber(ARGV[i + 5]), "retry " .. id)
      else
        enter_line(queue, share, score_of_return(job[6]), id)
      end
      emit("job", id, "retries", at, "queue", queue, "status", "RUNNABLE", "was", was)
    elseif parent then
      end_child(parent, index, was, verdict, reason, stopped_at, attempts, ARGV[i + 7] ~= "" and ARGV[i + 7] or nil)
    else
      -- A short one may have ended before it was seen running.
      local started_at = ARGV[i + 7] ~= "" and { "startedAt", ARGV[i + 7] } or {}
      end_known_job(id, { queue, job[5], was }, verdict, reason, stopped_at, "attempts", attempts, "environment", "", "host", "",
        unpack(started_at))
    end
  end
end
for usage, shares in pairs(given) do
  for share, cpu in pairs(shares) do write_given(usage, share, cpu) end
end
release_dependents_of_ended()
return redis.call("LLEN", key.job_released)
