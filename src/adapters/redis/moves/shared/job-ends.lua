-- Stands before scripts that say `-- USES writes, feed, jobs, job-status, job-ends`: how jobs end, and who is to hear of it.

local ended_now = {}

-- Whoever depends on it is looked at by a move of its own: there may be thousands.
local function release(id) redis.call("RPUSH", key.job_released, "ended " .. id) end

-- Releases what depends on the jobs and children that the move has ended. Few have dependents: one question is asked for all of them.
local function release_dependents_of_ended()
  local ended, ids = {}, ended_now
  ended_now = {}
  for i, id in ipairs(ids) do ended[i] = key.job_dependents .. id end
  for first = 1, #ids, 1000 do
    local last = math.min(first + 999, #ids)
    if redis.call("EXISTS", unpack(ended, first, last)) > 0 then
      for i = first, last do
        if redis.call("EXISTS", ended[i]) == 1 then release(ids[i]) end
      end
    end
  end
end
at_end[#at_end + 1] = release_dependents_of_ended

-- The end of a job that is no child, has left the line and was `job`: {queue, order, status}. What follows `at` is written with it, as by `set_status`.
local function end_known_job(id, job, status, reason, at, ...)
  set_status(id, job[1], job[2], job[3], status, "reason", reason, "stoppedAt", at, ...)
  rank(key.job_finished, at, id)
  ended_now[#ended_now + 1] = id
  emit("job", id, "ended", at, "queue", job[1], "status", status, "was", job[3])
end

local function end_job(id, status, reason, at)
  end_known_job(id, redis.call("HMGET", key.job .. id, "queue", "order", "status"), status, reason, at)
end

-- An array ends with its last child.
local function end_array_if_done(parent, at)
  local array = redis.call("HMGET", key.job .. parent, "size", "n:SUCCEEDED", "n:FAILED", "status", "stop")
  local succeeded, failed = tonumber(array[2] or "0"), tonumber(array[3] or "0")
  if succeeded + failed < tonumber(array[1]) or array[4] == "SUCCEEDED" or array[4] == "FAILED" then return end
  if failed == 0 then return end_job(parent, "SUCCEEDED", "", at) end
  end_job(parent, "FAILED", array[5] and cjson.decode(array[5]).reason or "Array Child Job failed", at)
end

-- The end of a child; it has left the line. What remains of it is a line in its array's hash. `attempts` in JSON, without brackets.
local function end_child(parent, index, was, status, reason, at, attempts, started_at)
  local id = parent .. ":" .. index
  local array = redis.call("HMGET", key.job .. parent, "queue", "sequential", "followed")
  set_child(parent, index, was, status)
  redis.call("HSET", key.job_ended .. parent, index, '{"reason":' .. cjson.encode(reason) .. ',"stoppedAt":' .. at
    .. (started_at and ',"startedAt":' .. started_at or "") .. ',"attempts":[' .. (attempts or "") .. "]}")
  redis.call("DEL", key.job .. id)
  if array[2] or array[3] then release(id) else ended_now[#ended_now + 1] = id end
  emit("job", id, "ended", at, "queue", array[1], "status", status, "was", was)
  end_array_if_done(parent, at)
end

-- Ends what waits: PENDING or RUNNABLE, in the line, set aside, or between two attempts. An array that is not open yet ends with all its children.
local function end_waiting(id, reason, at)
  redis.call("ZREM", key.job_due, "retry " .. id)
  local parent, index = child_parts(id)
  if not parent then
    local job = redis.call("HMGET", key.job .. id, "queue", "share", "size")
    leave_line(job[1], job[2], id)
    if job[3] then redis.call("HSET", key.job .. id, "cut", 1, "n:PENDING", 0, "n:FAILED", job[3]) end
    return end_job(id, "FAILED", reason, at)
  end
  local array = redis.call("HMGET", key.job .. parent, "queue", "share")
  leave_line(array[1], array[2], id)
  local attempts = redis.call("HGET", key.job .. id, "attempts")
  local was_unmet = child_bits(parent, index) == 0
  end_child(parent, index, child_status(parent, index), "FAILED", reason, at, attempts)
  -- It may have been the last one for which the array stood in line.
  if was_unmet then move_cursor(parent, array[1], array[2]) end
end
