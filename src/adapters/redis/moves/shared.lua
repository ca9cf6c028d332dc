-- Stands before every script, after `key` (keys.ts) and `feed_length`.

-- One entry of the change feed; what follows `at` are facts, name and value in turn.
local function emit(kind, subject, verb, at, ...)
  redis.call("XADD", key.feed, "MAXLEN", "~", feed_length, "*",
    "kind", kind, "subject", subject, "verb", verb, "at", at, ...)
end

-- Whether a newer owner has taken the host since that epoch was given.
local function is_older_epoch(host, epoch)
  return tonumber(epoch) < tonumber(redis.call("GET", key.epoch .. host) or "0")
end

-- `counts_as` is "runningTasks", "pendingTasks" or "" for a status that counts as neither.
local function count_on_host(host, counts_as, by)
  if counts_as ~= "" then redis.call("HINCRBY", key.host .. host, counts_as, by) end
end

local function leave_group(host, group)
  if redis.call("HINCRBY", key.host_groups .. host, group, -1) <= 0 then
    redis.call("HDEL", key.host_groups .. host, group)
  end
end

-- A task is no longer wanted: it leaves its group's count, and is found by another term.
local function no_longer_desired(id, cluster, host, group, created_at)
  redis.call("HSET", key.task .. id, "desired", "STOPPED")
  leave_group(host, group)
  redis.call("ZREM", key.task_term .. cluster .. ":desired:RUNNING", id)
  redis.call("ZADD", key.task_term .. cluster .. ":desired:STOPPED", created_at, id)
end

-- Calls `each(space, port)` for ports written as `host tcp/80 engine udp/53`.
local function each_port(ports, each)
  for space, port in string.gmatch(ports, "(%S+) (%S+)") do each(space, port) end
end

local function port_key(space, host, engine)
  if space == "engine" then return key.engine_ports .. engine end
  return key.host_ports .. host
end

-- Takes an image out of its repository with all that points to it; its manifest is left for the next collection.
local function forget_image(repository, digest)
  local image = cjson.decode(redis.call("HGET", key.images .. repository, digest))
  for _, child in ipairs(image.children) do redis.call("SREM", key.image_parents .. repository .. "@" .. child, digest) end
  if image.subject then redis.call("SREM", key.image_referrers .. repository .. "@" .. image.subject, digest) end
  redis.call("HDEL", key.images .. repository, digest)
  redis.call("HDEL", key.image_pulls .. repository, digest)
  redis.call("SADD", key.doomed_manifests, repository .. "@" .. digest)
end

-- An entry of the feed about an image; `tag` is "" where it is about none.
local function emit_image(verb, repository, digest, tag, at)
  emit("image", repository .. "@" .. digest, verb, at, "repository", repository, "digest", digest, "tag", tag)
end

-- Whether a collection keeps uploads waiting, and it is not `but`.
local function are_uploads_closed(now, but)
  local closed = redis.call("HMGET", key.uploads_closed, "by", "until")
  return closed[1] and closed[1] ~= but and tonumber(closed[2]) > tonumber(now)
end
