-- Looks at some of those that waited for what has ended, and at children with dependencies of their own.
-- KEYS  1 the ends that are to be looked at
-- ARGV  1 at · 2 how many at most
-- Returns how many ends are left
-- Writes jobs and children that may start now or cannot any more, with their feed entries
-- USES writes, feed, jobs, job-status, job-ends, job-opening
local at, left = ARGV[1], tonumber(ARGV[2])

local function look_at_children(id, from)
  local array = open_array(id)
  if not array then return end
  local index = from
  while index < array.size and left > 0 do
    -- Arrays end with their last child: then there is none to consider.
    consider_child(array, index, at)
    index, left = index + 1, left - 1
  end
  if index < array.size and redis.call("HGET", key.job .. id, "status") == "PENDING" then
    redis.call("LPUSH", KEYS[1], "each " .. id .. " " .. index)
  end
end

local function look_at_dependents(id)
  local status = status_of(id)
  local dependents = key.job_dependents .. id
  while left > 0 do
    local dependent = redis.call("SPOP", dependents)
    if not dependent then return end
    left = left - 1
    local kind, other = string.match(dependent, "^(%S+) (%S+)$")
    if kind == "job" then
      one_less(other, status == "SUCCEEDED", at)
    else
      -- All children of it have ended: those of the other one that still wait for their own are found at once.
      redis.call("RPUSH", KEYS[1], "each " .. other .. " 0")
    end
  end
  if redis.call("EXISTS", dependents) == 1 then redis.call("LPUSH", KEYS[1], "ended " .. id) end
end

local function look_at_child_end(id, parent, index)
  local own = open_array(parent)
  if own and own.sequential and index + 1 < own.size then
    consider_child(own, index + 1, at)
  end
  for _, dependent in ipairs(redis.call("SMEMBERS", key.job_dependents .. parent)) do
    local other = string.match(dependent, "^each (%S+)$")
    local array = other and open_array(other)
    if array then consider_child(array, index, at) end
  end
  look_at_dependents(id)
end

while left > 0 do
  local work = redis.call("LPOP", KEYS[1])
  if not work then break end
  local kind, id, from = string.match(work, "^(%S+) (%S+) ?(%d*)$")
  local parent, index = child_parts(id)
  if kind == "each" then look_at_children(id, tonumber(from))
  elseif parent then look_at_child_end(id, parent, index)
  else look_at_dependents(id) end
  left = left - 1
end
release_dependents_of_ended()
return redis.call("LLEN", KEYS[1])
