-- Stands before scripts that say `-- USES writes, job-status`: how a job that is no child gets another status.

-- What follows `status` is written with it: fields of the job and their values in turn.
local function set_status(id, queue, order, was, status, ...)
  redis.call("HSET", key.job .. id, "status", status, ...)
  unrank(key.job_list .. queue .. ":" .. was, id)
  rank(key.job_list .. queue .. ":" .. status, order, id)
end
