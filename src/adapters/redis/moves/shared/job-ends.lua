-- Stands before scripts that say `-- USES feed, jobs, job-ends`: how jobs end, and who is to hear of it.

-- Whoever depends on it is looked at by a move of its own: there may be thousands.
local function release(id) redis.call("RPUSH", key.job_released, "ended " .. id) end

-- The end of a job that is no child; it has left the line. What follows `at` is written with it, as by `set_status`.
local function end_job(id, status, reason, at, ...)
  local job = redis.call("HMGET", key.job .. id, "queue", "order", "status")
  set_status(id, job[1], job[2], job[3], status, "reason", reason, "stoppedAt", at, ...)
  redis.call("ZADD", key.job_finished, at, id)
  if redis.call("EXISTS", key.job_dependents .. id) == 1 then release(id) end
  emit("job", id, "ended", at, "queue", job[1], "status", status, "was", job[3])
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
  if array[2] or array[3] or redis.call("EXISTS", key.job_dependents .. id) == 1 then release(id) end
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
