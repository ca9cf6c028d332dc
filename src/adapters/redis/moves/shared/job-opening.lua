-- Stands before scripts that say `-- USES writes, feed, jobs, job-status, job-ends, job-opening`: how a job whose dependencies are met comes into its line.

-- A job without children becomes RUNNABLE; an array's children do, those with dependencies of their own one by one.
local function open_job(id, at)
  local job = redis.call("HMGET", key.job .. id, "queue", "share", "score", "size", "each", "order", "status", "stop")
  local queue, share, size = job[1], job[2], tonumber(job[4] or "0")
  -- Cancelled while its dependencies lasted: this is when that acts.
  if job[8] then return end_waiting(id, cjson.decode(job[8]).reason, at) end
  if size == 0 then
    set_status(id, queue, job[6], job[7], "RUNNABLE", "readyAt", at)
    enter_line(queue, share, job[3], id)
    emit("job", id, "ready", at, "queue", queue, "status", "RUNNABLE")
    return
  end
  redis.call("HSET", key.job .. id, "open", 1, "readyAt", at)
  if job[5] then
    redis.call("RPUSH", key.job_released, "each " .. id .. " 0")
  else
    -- Some children may have been ended before.
    redis.call("HSET", key.job .. id, "n:RUNNABLE", redis.call("HGET", key.job .. id, "n:PENDING"), "n:PENDING", 0)
    enter_line(queue, share, job[3], id)
  end
  emit("job", id, "ready", at, "queue", queue, "status", "PENDING")
end

-- One of those a job depends on has ended.
local function one_less(id, succeeded, at)
  local status = redis.call("HMGET", key.job .. id, "status", "open")
  if status[1] ~= "PENDING" or status[2] then return end
  if not succeeded then return end_waiting(id, "Dependent Job failed", at) end
  if redis.call("HINCRBY", key.job .. id, "waits", -1) == 0 then open_job(id, at) end
end

-- Whether a child's own dependencies are met: "yes", "no", or "failed".
local function child_dependencies(array, index)
  local met = "yes"
  local function look(parent, at_index)
    local status = child_status(parent, at_index)
    if status == "FAILED" or redis.call("EXISTS", key.job .. parent) == 0 then met = "failed"
    elseif status ~= "SUCCEEDED" and met == "yes" then met = "no" end
  end
  for other in string.gmatch(array.each, "%S+") do look(other, index) end
  if array.sequential and index > 0 then look(array.id, index - 1) end
  return met
end

-- Lets a child that waits for others into the line, if it waits no longer.
local function consider_child(array, index, at)
  if child_status(array.id, index) ~= "PENDING" then return end
  local met = child_dependencies(array, index)
  local id = array.id .. ":" .. index
  if met == "failed" then return end_waiting(id, "Dependent Job failed", at) end
  if met == "no" then return end
  set_child(array.id, index, "PENDING", "RUNNABLE")
  enter_line(array.queue, array.share, array.score, id)
end

-- An array whose children have dependencies of their own, if it is open.
local function open_array(id)
  local array = redis.call("HMGET", key.job .. id, "open", "each", "sequential", "queue", "share", "score", "size", "status")
  if not array[1] or not array[2] or array[8] ~= "PENDING" then return nil end
  return { id = id, each = array[2], sequential = array[3], queue = array[4], share = array[5], score = array[6],
    size = tonumber(array[7]) }
end
