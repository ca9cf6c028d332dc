-- Makes a job, or an array as one entry.
-- KEYS  1 the job
-- ARGV  1 job · 2 at · 3 cause or "" · 4 fingerprint · 5 queue · 6 share · 7 name · 8 priority · 9 children, 0 for no array ·
--       10 timeout in seconds or "" · 11 CPU units · 12 memory MiB · 13 fixed · 14 container · 15 retry strategy · 16 tags (in JSON) ·
--       17… type and job of each dependency
-- Returns {"made"} | {"repeated", job, name} | {"conflict"} | {"missing", job} | {"mismatch", job}
-- Writes the job, its lists and its place in the line or what it waits for, and a feed entry `job submitted`
-- USES writes, feed, jobs, job-status, job-ends, job-opening
local id, at, cause, fingerprint, queue, share, name, priority, size =
  ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9])

if cause ~= "" then
  local known = redis.call("HMGET", key.job_cause .. cause, "fingerprint", "job", "name")
  if known[1] and known[1] ~= fingerprint then return { "conflict" } end
  if known[1] then return { "repeated", known[2], known[3] } end
end
-- Ids are random: one that is there already means that this very move arrives a second time.
if redis.call("EXISTS", KEYS[1]) == 1 then return { "made" } end

local waits, has_failed, each, sequential, said = {}, false, {}, false, {}
for i = 17, #ARGV, 2 do
  local kind, other = ARGV[i], ARGV[i + 1]
  if said[kind .. other] then
    -- Said twice, it is one dependency.
  elseif kind == "SEQUENTIAL" then
    sequential = true
  elseif kind == "N_TO_N" then
    local other_size = redis.call("HMGET", key.job .. other, "status", "size")
    if not other_size[1] then return { "missing", other } end
    if tonumber(other_size[2] or "0") ~= size then return { "mismatch", other } end
    each[#each + 1] = other
  else
    local status = status_of(other)
    if not status then return { "missing", other } end
    if status == "FAILED" then has_failed = true elseif status ~= "SUCCEEDED" then waits[#waits + 1] = other end
  end
  said[kind .. other] = true
end

local order = redis.call("INCR", key.job_order)
-- Below 2^53: four decimal digits of priority, the higher first, then twice the order, so that a returning job fits before its place.
local score = string.format("%.0f", (9999 - priority) * 2 ^ 38 + order * 2)
redis.call("HSET", KEYS[1], "queue", queue, "share", share, "name", name, "order", order, "score", score, "status", "PENDING",
  "cpu", ARGV[11], "memory", ARGV[12], "fixed", ARGV[13], "container", ARGV[14], "retry", ARGV[15], "tags", ARGV[16],
  "createdAt", at, "attempt", 0)
if ARGV[10] ~= "" then redis.call("HSET", KEYS[1], "timeout", ARGV[10]) end
if size > 0 then redis.call("HSET", KEYS[1], "size", size, "cursor", 0, "n:PENDING", size) end
if #waits > 0 then redis.call("HSET", KEYS[1], "waits", #waits) end
if #each > 0 or sequential then redis.call("HSET", KEYS[1], "each", table.concat(each, " ")) end
if sequential then redis.call("HSET", KEYS[1], "sequential", 1) end
if cause ~= "" then
  redis.call("HSET", key.job_cause .. cause, "fingerprint", fingerprint, "job", id, "name", name)
  redis.call("HSET", KEYS[1], "cause", cause)
end
redis.call("ZADD", key.job_name .. queue .. ":" .. name, order, id)
redis.call("ZADD", key.job_list .. queue .. ":ALL", order, id)
redis.call("ZADD", key.job_list .. queue .. ":PENDING", order, id)
emit("job", id, "submitted", at, "queue", queue, "status", "PENDING")

if has_failed then
  if size > 0 then redis.call("HSET", KEYS[1], "cut", 1, "n:PENDING", 0, "n:FAILED", size) end
  end_job(id, "FAILED", "Dependent Job failed", at)
  return { "made" }
end
for _, other in ipairs(waits) do redis.call("SADD", key.job_dependents .. other, "job " .. id) end
for _, other in ipairs(each) do
  redis.call("SADD", key.job_dependents .. other, "each " .. id)
  redis.call("HSET", key.job .. other, "followed", 1)
end
if #waits == 0 then open_job(id, at) end
return { "made" }
