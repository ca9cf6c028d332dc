-- desiredStatus STOPPED of tasks, on behalf of a document: of each the first request wins, later ones change nothing.
-- KEYS  1 the document
-- ARGV  1 the version it must have · then for each task 4: task, the request in JSON, its code, at
-- Returns 1, or 0: the document is of another version, or gone
-- Writes the document's version, and of each task not asked before itself, its term, its group's count on the host, and a feed entry
--   `task stop-requested`; one that waits for a host is STOPPED at once, as in request-stop.lua
-- USES writes, feed, hosts, waiting
if redis.call("HGET", KEYS[1], "version") ~= ARGV[1] then return 0 end

for i = 2, #ARGV, 4 do
  local id, stop, code, at = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local task = redis.call("HMGET", key.task .. id, "desired", "cluster", "host", "group", "createdAt", "status")
  local cluster, host, group, created_at, status = task[2], task[3], task[4], task[5], task[6]
  if task[1] == "RUNNING" then
    redis.call("HSET", key.task .. id, "desired", "STOPPED", "stop", stop)
    redis.call("HINCRBY", key.task .. id, "version", 1)
    no_longer_desired(id, cluster, host, group, created_at)
    emit("task", id, "stop-requested", at, "cluster", cluster, "host", host, "group", group,
      "status", status, "desired", "STOPPED", "code", code)
    if host == "" then end_waiting(id, at) end
  end
end
-- Whoever still goes by what it was must look again.
redis.call("HINCRBY", KEYS[1], "version", 1)
return 1
