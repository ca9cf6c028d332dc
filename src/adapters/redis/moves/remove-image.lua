-- Removes a tag, and with its last one the image; or by digest the image with all its tags.
-- KEYS  1 images of the repository · 2 its tags
-- ARGV  1 repository · 2 digest or "" · 3 tag or "" · 4 at · 5 all tags it must have, in JSON, or ""
-- Returns {"removed", digest, 1 where the image is gone or 0, tag…} | {"not-found"} | {"mismatch"} | {"changed"} | {"referenced", index…}
-- Writes image, tags, what pointed to the image, and a feed entry `image deleted` for each tag, or one where there was none
-- USES feed, images
local repository, digest, tag, at = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local tagged = tag ~= "" and redis.call("HGET", KEYS[2], tag) or false
if tag ~= "" and not tagged then return { "not-found" } end
if digest == "" then digest = tagged end
if redis.call("HEXISTS", KEYS[1], digest) == 0 then return { "not-found" } end
if tagged and tagged ~= digest then return { "mismatch" } end

local tags = {}
local all = redis.call("HGETALL", KEYS[2])
for i = 1, #all, 2 do
  if all[i + 1] == digest then tags[#tags + 1] = all[i] end
end
if ARGV[5] ~= "" then
  local wanted = cjson.decode(ARGV[5])
  if #wanted ~= #tags then return { "changed" } end
  for _, one in ipairs(wanted) do
    if redis.call("HGET", KEYS[2], one) ~= digest then return { "changed" } end
  end
end
local is_gone = tag == "" or #tags == 1
if is_gone then
  local parents = redis.call("SMEMBERS", key.image_parents .. repository .. "@" .. digest)
  if #parents > 0 then return { "referenced", unpack(parents) } end
  forget_image(repository, digest)
else
  tags = { tag }
end

table.sort(tags)
for _, one in ipairs(tags) do
  redis.call("HDEL", KEYS[2], one)
  emit_image("deleted", repository, digest, one, at)
end
if #tags == 0 then emit_image("deleted", repository, digest, "", at) end
return { "removed", digest, is_gone and 1 or 0, unpack(tags) }
