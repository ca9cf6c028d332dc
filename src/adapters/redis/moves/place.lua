-- Commits a plan, the whole or nothing: new tasks with a host, new ones that wait in a line for one, and those that waited and have one now.
-- KEYS  none: what is touched follows from the tasks
-- ARGV  1 at · 2 cause or "" · 3 fingerprint · 4 seconds to keep the cause ·
--       5 the document that wants the tasks, `KIND:ID`, or "" · 6 the version it must have · then for each task 20:
--       id, cluster, host ("": it waits), group, group limit or "", cpu units, memory MiB, ports and address (`host tcp/80 engine udp/53 network 10.42.7.130`), status,
--       what the status counts as, createdAt, version, terms, fixed, details, observed, placement (the last five in JSON),
--       the attempt of a job that it is (job-claims.lua) or "", the line it is to wait in, or has waited in, or "", whose host it is to be
-- Returns {"committed", task… whose job may not start any more, or that waits no longer} | {"repeated", task…} | {"conflict"} | {"stale", host}
-- Writes tasks, their terms, lines, the hosts' accounts, the cause, the document's version, claimed jobs, and a feed entry `task placed` or
--   `task waiting` for each, `job claimed` for a job
-- USES writes, feed, hosts, waiting, jobs, job-status, job-claims
local at, cause, fingerprint, keep_seconds, wanted_by, wanted_version = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]

if cause ~= "" then
  local known = redis.call("HMGET", key.cause .. cause, "fingerprint", "tasks")
  if known[1] then
    if known[1] ~= fingerprint then return { "conflict" } end
    local answer = { "repeated" }
    for id in string.gmatch(known[2], "%S+") do answer[#answer + 1] = id end
    return answer
  end
end

local tasks, claims, gone = {}, {}, {}
for i = 7, #ARGV, 20 do
  local task = {
    id = ARGV[i], cluster = ARGV[i + 1], host = ARGV[i + 2], group = ARGV[i + 3], limit = tonumber(ARGV[i + 4]),
    cpu = tonumber(ARGV[i + 5]), memory = tonumber(ARGV[i + 6]), ports = ARGV[i + 7], status = ARGV[i + 8],
    counts_as = ARGV[i + 9], created_at = ARGV[i + 10], version = ARGV[i + 11], terms = ARGV[i + 12],
    fixed = ARGV[i + 13], details = ARGV[i + 14], observed = ARGV[i + 15], placement = ARGV[i + 16],
    claim = ARGV[i + 17] ~= "" and read_claim(ARGV[i + 17]), line = ARGV[i + 18], capacity = ARGV[i + 19],
  }
  task.waits = task.host == ""
  task.waited = task.line ~= "" and not task.waits
  local is_gone = task.claim and not may_claim(task.claim)
    -- Stopped meanwhile, or placed by another control plane.
    or task.waited and not redis.call("ZSCORE", key.waiting_tasks .. task.line, task.id)
  if is_gone then gone[#gone + 1] = task.id else tasks[#tasks + 1] = task end
  if task.claim and not is_gone then claims[#claims + 1] = task.claim end
end
if #claims > 0 then
  local out, all = out_of_line(claims), tasks
  tasks = {}
  for _, task in ipairs(all) do
    if task.claim and out[task.claim.id] then gone[#gone + 1] = task.id else tasks[#tasks + 1] = task end
  end
end

-- Task ids are random: one that is there already means that this very move arrives a second time.
if tasks[1] and not tasks[1].claim and not tasks[1].waited and redis.call("EXISTS", key.task .. tasks[1].id) == 1 then return { "committed" } end

if wanted_by ~= "" and redis.call("HGET", key.record .. wanted_by, "version") ~= wanted_version then return { "conflict" } end

local hosts, claimed = {}, {}

local function host_of(task)
  if not hosts[task.host] then
    local seen = redis.call("HMGET", key.host .. task.host, "state", "health", "cluster", "engineId", "freeCpu", "freeMemory")
    hosts[task.host] = {
      open = seen[1] == "ACTIVE" and seen[2] == "CONNECTED",
      cluster = seen[3], engine = seen[4], cpu = tonumber(seen[5]), memory = tonumber(seen[6]), groups = {}, counts = {}, tasks = {},
    }
  end
  return hosts[task.host]
end

local any_address = { ["0.0.0.0"] = true, ["::"] = true, [""] = true }

local function share_address(host, other)
  local a, b = redis.call("HGET", key.host .. host, "publishAddress"), redis.call("HGET", key.host .. other, "publishAddress")
  return a == b or any_address[a] or any_address[b]
end

local function is_taken(space, port, host, engine)
  if space == "network" then
    return claimed["network " .. engine .. " " .. port] or redis.call("HEXISTS", key.engine_addresses .. engine, port) == 1
  end
  if claimed["engine " .. engine .. " " .. port] or redis.call("HEXISTS", key.engine_ports .. engine, port) == 1 then return true end
  -- In network mode host a program listens on all addresses, those of every slice too. A published port meets those of its own.
  for _, slice in ipairs(redis.call("SMEMBERS", key.engine_hosts .. engine)) do
    local is_held = claimed["host " .. slice .. " " .. port] or redis.call("HEXISTS", key.host_ports .. slice, port) == 1
    if is_held and (space == "engine" or slice == host or share_address(slice, host)) then return true end
  end
  return false
end

local function charge(task)
  local host = host_of(task)
  if not host.open or host.cluster ~= task.capacity then return false end
  host.cpu, host.memory = host.cpu - task.cpu, host.memory - task.memory
  if host.cpu < 0 or host.memory < 0 then return false end
  local grouped = (host.groups[task.group] or tonumber(redis.call("HGET", key.host_groups .. task.host, task.group) or "0")) + 1
  if task.limit and grouped > task.limit then return false end
  host.groups[task.group] = grouped
  local taken = false
  each_port(task.ports, function(space, port)
    if is_taken(space, port, task.host, host.engine) then taken = true end
    claimed[space .. " " .. (space == "host" and task.host or host.engine) .. " " .. port] = true
  end)
  return not taken
end

for _, task in ipairs(tasks) do
  if not task.waits and not charge(task) then return { "stale", task.host } end
end

local function join_host(task)
  local host = hosts[task.host]
  host.counts[task.counts_as] = (host.counts[task.counts_as] or 0) + 1
  host.tasks[#host.tasks + 1] = task.id
  each_port(task.ports, function(space, port) redis.call("HSET", port_key(space, task.host, host.engine), port, task.id) end)
end

local ids = {}
for _, task in ipairs(tasks) do
  local engine = task.waits and "" or hosts[task.host].engine
  ids[#ids + 1] = task.id
  local rest = { "observed", task.observed, "placement", task.placement }
  if task.claim then rest[5], rest[6] = "job", task.claim.id end
  if task.waited then
    -- The wing may have changed its own record of it meanwhile.
    redis.call("HINCRBY", key.task .. task.id, "version", 1)
    stop_waiting(task.line, task.id)
  else
    for _, value in ipairs({ "details", task.details, "desired", "RUNNING", "version", task.version }) do rest[#rest + 1] = value end
  end
  redis.call("HSET", key.task .. task.id, "cluster", task.cluster, "host", task.host, "engine", engine, "group", task.group,
    "cpu", task.cpu, "memory", task.memory, "ports", task.ports, "status", task.status, "countsAs", task.counts_as,
    "createdAt", task.created_at, "terms", task.terms, "fixed", task.fixed, "line", task.line, unpack(rest))
  if task.waits then start_waiting(task.line, task.id, task.created_at) else join_host(task) end
  rank(key.cluster_tasks .. task.cluster, task.created_at, task.id)
  for _, term in ipairs(cjson.decode(task.terms)) do
    rank(key.task_term .. task.cluster .. ":" .. term, task.created_at, task.id)
  end
  if task.claim then take_claim(task.claim, task.host, at) end
  emit("task", task.id, task.waits and "waiting" or "placed", at, "cluster", task.cluster, "host", task.host, "group", task.group,
    "status", task.status, "desired", "RUNNING")
end
-- A host's account is written once, however many of the tasks are its own.
for id, host in pairs(hosts) do
  redis.call("HSET", key.host .. id, "freeCpu", host.cpu, "freeMemory", host.memory)
  call_with("SADD", key.host_tasks .. id, host.tasks)
  for counts_as, tasks_more in pairs(host.counts) do count_on_host(id, counts_as, tasks_more) end
  for group, count in pairs(host.groups) do redis.call("HSET", key.host_groups .. id, group, count) end
end
charge_shares()
-- A cause that placed nothing has done nothing: asked again, it is to be tried again.
if cause ~= "" and #ids > 0 then
  redis.call("HSET", key.cause .. cause, "fingerprint", fingerprint, "tasks", table.concat(ids, " "))
  redis.call("EXPIRE", key.cause .. cause, keep_seconds)
end
-- Whoever still goes by what it was must look again: these tasks are there now.
if wanted_by ~= "" and #ids > 0 then redis.call("HINCRBY", key.record .. wanted_by, "version", 1) end
return { "committed", unpack(gone) }
