-- Stands before scripts that say `-- USES jobs`: statuses of jobs and children, and the line they wait in.

local STATUS_OF_BITS = { "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED" }
local BITS_OF_STATUS = { PENDING = 1, RUNNABLE = 2, STARTING = 3, RUNNING = 4, SUCCEEDED = 5, FAILED = 6 }

-- Parent and index of a child; nothing for a job that is none.
local function child_parts(id)
  local parent, index = string.match(id, "^([^:]+):(%d+)$")
  return parent, tonumber(index)
end

local function child_bits(parent, index)
  return redis.call("BITFIELD", key.job_children .. parent, "GET", "u4", "#" .. index)[1]
end

-- A child nobody has met yet is what its array is.
local function child_status(parent, index)
  local bits = child_bits(parent, index)
  if bits > 0 then return STATUS_OF_BITS[bits] end
  local array = redis.call("HMGET", key.job .. parent, "open", "each", "cut")
  if array[3] then return "FAILED" end
  if array[1] and not array[2] then return "RUNNABLE" end
  return "PENDING"
end

-- Nothing where there is no such job.
local function status_of(id)
  local parent, index = child_parts(id)
  if not parent then return redis.call("HGET", key.job .. id, "status") or nil end
  if index >= tonumber(redis.call("HGET", key.job .. parent, "size") or "0") then return nil end
  return child_status(parent, index)
end

local function set_child(parent, index, was, status)
  redis.call("BITFIELD", key.job_children .. parent, "SET", "u4", "#" .. index, BITS_OF_STATUS[status])
  redis.call("HINCRBY", key.job .. parent, "n:" .. was, -1)
  redis.call("HINCRBY", key.job .. parent, "n:" .. status, 1)
end

local function enter_line(queue, share, score, entry)
  redis.call("ZADD", key.job_share .. queue .. ":" .. share, score, entry)
  redis.call("SADD", key.job_shares .. queue, share)
end

-- A share in whose line nothing is left is in none.
local function forget_empty_line(queue, share)
  if redis.call("EXISTS", key.job_share .. queue .. ":" .. share) == 1 then return end
  redis.call("SREM", key.job_shares .. queue, share)
  redis.call("HDEL", key.job_front .. queue, share)
end

local function leave_line(queue, share, entry)
  local line = key.job_share .. queue .. ":" .. share
  if redis.call("ZREM", line, entry) == 0 then
    redis.call("HDEL", key.job_aside .. queue, entry)
  else
    forget_empty_line(queue, share)
  end
end

-- The array's entry leaves the line when all of its children have been met.
local function move_cursor(parent, queue, share)
  local array = redis.call("HMGET", key.job .. parent, "cursor", "size")
  local cursor, size = tonumber(array[1]), tonumber(array[2])
  while cursor < size and child_bits(parent, cursor) ~= 0 do cursor = cursor + 1 end
  redis.call("HSET", key.job .. parent, "cursor", cursor)
  if cursor == size then leave_line(queue, share, parent) end
end

-- In front of all that came after its first turn, behind a higher priority.
local function score_of_return(score) return string.format("%.0f", tonumber(score) - 1) end
