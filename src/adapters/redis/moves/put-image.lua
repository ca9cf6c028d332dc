-- Makes a manifest an image of its repository, and gives it a tag.
-- KEYS  1 images of the repository · 2 its tags · 3 the repository's record
-- ARGV  1 repository · 2 the version its record must have · 3 digest · 4 image in JSON · 5 tag or "" · 6 "immutable" or "" · 7 at
-- Returns {"put", 1 for a new image or 0, the image that lost the tag or ""} | {"same"} | {"tag-exists", its image} |
--         {"missing", an index's manifest} | {"stale"}
-- Writes image, tag, what points to the image, and a feed entry `image pushed`
-- USES feed, images
local repository, digest, json, tag, at = ARGV[1], ARGV[3], ARGV[4], ARGV[5], ARGV[7]
if redis.call("HGET", KEYS[3], "version") ~= ARGV[2] then return { "stale" } end

local tagged = tag ~= "" and redis.call("HGET", KEYS[2], tag) or false
if tagged and tagged ~= digest and ARGV[6] == "immutable" then return { "tag-exists", tagged } end
local is_new = redis.call("HEXISTS", KEYS[1], digest) == 0
if not is_new and (tag == "" or tagged == digest) then return { "same" } end

local image = cjson.decode(json)
if is_new then
  for _, child in ipairs(image.children) do
    if redis.call("HEXISTS", KEYS[1], child) == 0 then return { "missing", child } end
  end
  redis.call("HSET", KEYS[1], digest, json)
  for _, child in ipairs(image.children) do redis.call("SADD", key.image_parents .. repository .. "@" .. child, digest) end
  if image.subject then redis.call("SADD", key.image_referrers .. repository .. "@" .. image.subject, digest) end
  redis.call("SREM", key.doomed_manifests, repository .. "@" .. digest)
end
if tag ~= "" then redis.call("HSET", KEYS[2], tag, digest) end
emit_image("pushed", repository, digest, tag, at)
return { "put", is_new and 1 or 0, tagged or "" }
