-- Stands before scripts that say `-- USES feed, jobs, job-claims`: how an attempt of a job takes what it needs.

-- A claim as place.lua gets it: `JOB ATTEMPT ENVIRONMENT DECAY-SECONDS`.
local function read_claim(text)
  local id, attempt, environment, decay = string.match(text, "^(%S+) (%d+) (%S+) (%S+)$")
  local parent, index = child_parts(id)
  return { id = id, attempt = attempt, environment = environment, decay = decay, parent = parent, index = index }
end

-- Whether that attempt is the next one of a job that may start; what the move needs of it is noted in the claim.
local function may_claim(claim)
  local function note(entry, seen)
    claim.entry, claim.queue, claim.share, claim.cpu, claim.order, claim.score, claim.timeout =
      entry, seen[1], seen[2], seen[3], seen[4], seen[5], seen[6]
  end
  local own = redis.call("HMGET", key.job .. claim.id, "queue", "share", "cpu", "order", "score", "timeout", "attempt", "status", "size")
  if own[1] then
    note(claim.id, own)
    return own[8] == "RUNNABLE" and not own[9] and tonumber(own[7]) + 1 == tonumber(claim.attempt)
      and redis.call("ZSCORE", key.job_share .. own[1] .. ":" .. own[2], claim.id)
  end
  if not claim.parent or claim.attempt ~= "1" or child_status(claim.parent, claim.index) ~= "RUNNABLE" then return false end
  local array = redis.call("HMGET", key.job .. claim.parent, "queue", "share", "cpu", "order", "score", "timeout", "each", "size")
  claim.is_first = true
  note(array[7] and claim.id or claim.parent, array)
  return claim.index < tonumber(array[8] or "0")
end

-- What a move takes for each share is written once, at its end.
local taken = {}

local function charge_shares()
  for usage, queue in pairs(taken) do
    redis.call("HSET", usage, "decay", queue.decay)
    for share, cpu in pairs(queue.cpu) do redis.call("HINCRBY", usage, "running " .. share, cpu) end
  end
end

local function take_claim(claim, host, at)
  local id, queue, share = claim.id, claim.queue, claim.share
  if claim.parent then
    if claim.is_first then
      redis.call("HSET", key.job .. id, "queue", queue, "share", share, "cpu", claim.cpu, "order", claim.order, "score", claim.score)
      if claim.timeout then redis.call("HSET", key.job .. id, "timeout", claim.timeout) end
    end
    redis.call("HSET", key.job .. id, "status", "STARTING", "attempt", claim.attempt, "environment", claim.environment, "host", host)
    set_child(claim.parent, claim.index, "RUNNABLE", "STARTING")
  else
    set_status(id, queue, claim.order, "RUNNABLE", "STARTING",
      "attempt", claim.attempt, "environment", claim.environment, "host", host)
  end
  if claim.entry == claim.parent then move_cursor(claim.parent, queue, share) else leave_line(queue, share, id) end
  redis.call("ZADD", key.job_live, at, id)
  local usage = key.job_usage .. queue
  taken[usage] = taken[usage] or { decay = claim.decay, cpu = {} }
  taken[usage].cpu[share] = (taken[usage].cpu[share] or 0) + tonumber(claim.cpu)
  emit("job", id, "claimed", at, "queue", queue, "status", "STARTING", "was", "RUNNABLE", "attempt", claim.attempt)
end
