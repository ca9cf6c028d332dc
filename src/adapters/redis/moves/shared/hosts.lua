-- Stands before scripts that say `-- USES hosts`, after writes where they write: owners, accounts and ports of hosts, and what is wanted of their tasks.

-- Whether a newer owner has taken the host since that epoch was given.
local function is_older_epoch(host, epoch)
  return tonumber(epoch) < tonumber(redis.call("GET", key.epoch .. host) or "0")
end

-- `counts_as` is "runningTasks", "pendingTasks" or "" for a status that counts as neither.
local function count_on_host(host, counts_as, by)
  if counts_as ~= "" then count(key.host .. host, counts_as, by) end
end

-- A task whose `desired` became STOPPED leaves its group's count, and is found by another term.
local function no_longer_desired(id, cluster, host, group, created_at)
  if host ~= "" then leave_group(host, group) end
  unrank(key.task_term .. cluster .. ":desired:RUNNING", id)
  rank(key.task_term .. cluster .. ":desired:STOPPED", created_at, id)
end

-- Calls `each(space, port)` for what a task holds, written as `host tcp/80 engine udp/53 network 10.42.7.130`.
local function each_port(ports, each)
  for space, port in string.gmatch(ports, "(%S+) (%S+)") do each(space, port) end
end

local function port_key(space, host, engine)
  if space == "engine" then return key.engine_ports .. engine end
  if space == "network" then return key.engine_addresses .. engine end
  return key.host_ports .. host
end
