-- Stands before scripts that say `-- USES writes, feed, jobs, job-status, job-claims`: how an attempt of a job takes what it needs.

-- A claim as place.lua gets it: `JOB ATTEMPT ENVIRONMENT DECAY-SECONDS`.
local function read_claim(text)
  local id, attempt, environment, decay = string.match(text, "^(%S+) (%d+) (%S+) (%S+)$")
  local parent, index = child_parts(id)
  return { id = id, attempt = attempt, environment = environment, decay = decay, parent = parent, index = index }
end

-- Whether that attempt is the next one of a job that may start, if it is in its line; what the move needs of it is noted in the claim.
local function may_claim(claim)
  local function note(entry, seen)
    claim.entry, claim.queue, claim.share, claim.cpu, claim.order, claim.score, claim.timeout =
      entry, seen[1], seen[2], seen[3], seen[4], seen[5], seen[6]
  end
  local own = redis.call("HMGET", key.job .. claim.id, "queue", "share", "cpu", "order", "score", "timeout", "attempt", "status", "size")
  if own[1] then
    note(claim.id, own)
    claim.must_be_in_line = true
    return own[8] == "RUNNABLE" and not own[9] and tonumber(own[7]) + 1 == tonumber(claim.attempt)
  end
  if not claim.parent or claim.attempt ~= "1" or child_status(claim.parent, claim.index) ~= "RUNNABLE" then return false end
  local array = redis.call("HMGET", key.job .. claim.parent, "queue", "share", "cpu", "order", "score", "timeout", "each", "size")
  claim.is_first = true
  note(array[7] and claim.id or claim.parent, array)
  return claim.index < tonumber(array[8] or "0")
end

local function line_of(claim) return key.job_share .. claim.queue .. ":" .. claim.share end

-- Of claims that may be made but for their line, by id those whose job has left it; each line is asked once.
local function out_of_line(claims)
  local lines, out = {}, {}
  for _, claim in ipairs(claims) do
    if claim.must_be_in_line then table.insert(entry_of(lines, line_of(claim)), claim.id) end
  end
  for line, ids in pairs(lines) do
    for first = 1, #ids, 1000 do
      local last = math.min(first + 999, #ids)
      for i, score in ipairs(redis.call("ZMSCORE", line, unpack(ids, first, last))) do
        if not score then out[ids[first + i - 1]] = true end
      end
    end
  end
  return out
end

-- What a move takes for each share is written once, at its end, and so is who leaves a line.
local taken, leaving = {}, {}

local function charge_shares()
  for usage, queue in pairs(taken) do
    redis.call("HSET", usage, "decay", queue.decay)
    for share, cpu in pairs(queue.cpu) do redis.call("HINCRBY", usage, "running " .. share, cpu) end
  end
  for line, left in pairs(leaving) do
    call_with("ZREM", line, left.entries)
    forget_empty_line(left.queue, left.share)
  end
end

local function leave_line_at_end(claim)
  local line = line_of(claim)
  leaving[line] = leaving[line] or { queue = claim.queue, share = claim.share, entries = {} }
  table.insert(leaving[line].entries, claim.id)
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
  if claim.entry == claim.parent then move_cursor(claim.parent, queue, share)
  elseif claim.must_be_in_line then leave_line_at_end(claim)
  else leave_line(queue, share, id) end
  rank(key.job_live, at, id)
  local usage = key.job_usage .. queue
  taken[usage] = taken[usage] or { decay = claim.decay, cpu = {} }
  taken[usage].cpu[share] = (taken[usage].cpu[share] or 0) + tonumber(claim.cpu)
  emit("job", id, "claimed", at, "queue", queue, "status", "STARTING", "was", "RUNNABLE", "attempt", claim.attempt)
end
