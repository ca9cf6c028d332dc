-- Stands before scripts that say `-- USES feed, images`: what points to an image, and who keeps uploads waiting.

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
