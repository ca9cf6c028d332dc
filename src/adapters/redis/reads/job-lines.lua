-- The first jobs of each share of some queues, as they are at one moment.
-- ARGV  1 how many of each share · 2… queues
-- Returns for each queue {decay or "", {share, CPU units running, of the past, as of when, the first one's reason or "", how many entries,
--       {entry, score, attempts so far, cpu, memory, container, retry strategy, since, children or ""}…}…}; children are indexes between spaces
-- USES jobs
local limit, answer = tonumber(ARGV[1]), {}

-- The array's next children that nobody has met.
local function unmet(parent, cursor, size, most)
  local indexes = {}
  while cursor < size and #indexes < most do
    if child_bits(parent, cursor) == 0 then indexes[#indexes + 1] = cursor end
    cursor = cursor + 1
  end
  return table.concat(indexes, " ")
end

local function read_entry(entry, score, most)
  local own = redis.call("HMGET", key.job .. entry, "attempt", "cpu", "memory", "container", "retry", "readyAt", "size", "cursor")
  local parent = child_parts(entry)
  if parent then
    local array = redis.call("HMGET", key.job .. parent, "cpu", "memory", "container", "retry", "readyAt")
    return { entry, score, own[1] or "0", array[1], array[2], array[3], array[4], own[6] or array[5], "" }
  end
  return { entry, score, own[1], own[2], own[3], own[4], own[5], own[6],
    own[7] and unmet(entry, tonumber(own[8]), tonumber(own[7]), most) or "" }
end

for i = 2, #ARGV do
  local queue = ARGV[i]
  local shares = { redis.call("HGET", key.job_usage .. queue, "decay") or "" }
  local names = redis.call("SMEMBERS", key.job_shares .. queue)
  local listed = {}
  for _, share in ipairs(names) do listed[share] = true end
  -- A share that only holds hosts is in use, too.
  local usage = redis.call("HGETALL", key.job_usage .. queue)
  for at = 1, #usage, 2 do
    local share = string.match(usage[at], "^running (.*)$")
    if share and not listed[share] and tonumber(usage[at + 1]) > 0 then names[#names + 1] = share end
  end
  table.sort(names)
  for _, share in ipairs(names) do
    local line = key.job_share .. queue .. ":" .. share
    local had = redis.call("HMGET", key.job_usage .. queue, "running " .. share, "past " .. share, "at " .. share)
    local read = { share, had[1] or "0", had[2] or "0", had[3] or "0", redis.call("HGET", key.job_front .. queue, share) or "",
      redis.call("ZCARD", line) }
    local first, count = redis.call("ZRANGE", line, 0, limit - 1, "WITHSCORES"), 0
    for at = 1, #first, 2 do
      if count >= limit then break end
      local entry = read_entry(first[at], first[at + 1], limit - count)
      local _, children = string.gsub(entry[9], "%S+", "")
      count = count + math.max(1, children)
      read[#read + 1] = entry
    end
    shares[#shares + 1] = read
  end
  answer[#answer + 1] = shares
end
return answer
