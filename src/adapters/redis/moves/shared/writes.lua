-- Stands before scripts that say `-- USES writes`: what a move writes to lists and counts is gathered, and written when it is done, by one
-- command for each of them, however many tasks or jobs it is about. Nothing in a move reads what it gathers.

local ranks, counts, groups_left = {}, {}, {}

local function entry_of(all, name)
  if not all[name] then all[name] = {} end
  return all[name]
end

-- A sorted set gets a member, or loses it; the last word counts.
local function rank(list, score, member) entry_of(ranks, list)[member] = score end
local function unrank(list, member) entry_of(ranks, list)[member] = false end

-- A field of a hash grows.
local function count(hash, field, by)
  local fields = entry_of(counts, hash)
  fields[field] = (fields[field] or 0) + by
end

-- A task of a group is not wanted on a host any more.
local function leave_group(host, group)
  local left = entry_of(groups_left, host)
  left[group] = (left[group] or 0) + 1
end

-- Lua hands over so many values at most.
local VALUES_A_CALL = 1000

local function call_with(command, name, values)
  for first = 1, #values, VALUES_A_CALL do
    redis.call(command, name, unpack(values, first, math.min(first + VALUES_A_CALL - 1, #values)))
  end
end

local function write_ranks(list, members)
  local ranked, unranked = {}, {}
  for member, score in pairs(members) do
    if score then
      ranked[#ranked + 1] = score
      ranked[#ranked + 1] = member
    else
      unranked[#unranked + 1] = member
    end
  end
  call_with("ZREM", list, unranked)
  call_with("ZADD", list, ranked)
end

at_end[#at_end + 1] = function()
  for list, members in pairs(ranks) do write_ranks(list, members) end
  for hash, fields in pairs(counts) do
    for field, by in pairs(fields) do
      if by ~= 0 then redis.call("HINCRBY", hash, field, by) end
    end
  end
  for host, left in pairs(groups_left) do
    for group, tasks in pairs(left) do
      if redis.call("HINCRBY", key.host_groups .. host, group, 0 - tasks) <= 0 then redis.call("HDEL", key.host_groups .. host, group) end
    end
  end
end
