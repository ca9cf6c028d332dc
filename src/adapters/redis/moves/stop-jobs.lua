-- Asks jobs to end.
-- KEYS  none: what is touched follows from the jobs
-- ARGV  1 cancel, terminate or timeout · 2 reason · 3 at · 4 the request in JSON · 5… jobs
-- Returns how many jobs or arrays have dependents to be looked at
-- Writes the end of what waits, the request on what holds a host or waits for dependencies, and feed entries `job stop-requested` or `job ended`
-- USES writes, feed, jobs, job-status, job-ends
local kind, reason, at, request = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local function stop_live(id, queue)
  if kind == "cancel" or redis.call("HEXISTS", key.job .. id, "stop") == 1 then return end
  redis.call("HSET", key.job .. id, "stop", request)
  redis.call("SADD", key.job_stopping, id)
  emit("job", id, "stop-requested", at, "queue", queue, "stop", kind)
end

local function stop_child(parent, index, queue)
  local status = child_status(parent, index)
  if status == "PENDING" or status == "RUNNABLE" then end_waiting(parent .. ":" .. index, reason, at)
  elseif status == "STARTING" or status == "RUNNING" then stop_live(parent .. ":" .. index, queue) end
end

-- Children nobody has met end without a word of each: their array's says it.
local function stop_array(id, queue, share, size, is_open)
  if not is_open and kind == "cancel" then
    redis.call("HSET", key.job .. id, "stop", request)
    emit("job", id, "stop-requested", at, "queue", queue, "stop", kind)
    return
  end
  redis.call("HSETNX", key.job .. id, "stop", request)
  if not is_open then return end_waiting(id, reason, at) end
  emit("job", id, "stop-requested", at, "queue", queue, "stop", kind)
  local unmet, was_cut = 0, redis.call("HEXISTS", key.job .. id, "cut") == 1
  for index = 0, size - 1 do
    if child_bits(id, index) > 0 then stop_child(id, index, queue) elseif not was_cut then unmet = unmet + 1 end
  end
  if unmet > 0 then
    local status = redis.call("HGET", key.job .. id, "each") and "PENDING" or "RUNNABLE"
    redis.call("HINCRBY", key.job .. id, "n:" .. status, 0 - unmet)
    redis.call("HINCRBY", key.job .. id, "n:FAILED", unmet)
    redis.call("HSET", key.job .. id, "cut", 1)
  end
  leave_line(queue, share, id)
  end_array_if_done(id, at)
end

for i = 5, #ARGV do
  local id = ARGV[i]
  local parent, index = child_parts(id)
  local job = redis.call("HMGET", key.job .. (parent or id), "status", "queue", "share", "size", "open", "stop")
  local status, size = job[1], tonumber(job[4] or "0")
  local has_ended = not status or status == "SUCCEEDED" or status == "FAILED"
  if parent then
    if not has_ended and index < size then stop_child(parent, index, job[2]) end
  elseif has_ended then
    -- It is over: nothing to ask.
  elseif size > 0 then
    if not job[6] or kind ~= "cancel" then stop_array(id, job[2], job[3], size, job[5]) end
  elseif status == "PENDING" and kind == "cancel" then
    if not job[6] then
      redis.call("HSET", key.job .. id, "stop", request)
      emit("job", id, "stop-requested", at, "queue", job[2], "stop", kind)
    end
  elseif status == "PENDING" or status == "RUNNABLE" then
    redis.call("HSETNX", key.job .. id, "stop", request)
    end_waiting(id, reason, at)
  else
    stop_live(id, job[2])
  end
end
release_dependents_of_ended()
return redis.call("LLEN", key.job_released)
