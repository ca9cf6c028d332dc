-- Removes a repository: an empty one, or with its images.
-- KEYS  1 the repository's record · 2 images of the repository · 3 its tags · 4 ids of repositories
-- ARGV  1 repository · 2 "force" or "" · 3 at
-- Returns "removed", "not-found" or "not-empty"
-- Deletes the record, its terms, images and tags, and writes a feed entry `image deleted` for each image and `repository removed`
-- USES feed, images
local repository, at = ARGV[1], ARGV[3]
local known = redis.call("HMGET", KEYS[1], "version", "terms")
if not known[1] then return "not-found" end
local digests = redis.call("HKEYS", KEYS[2])
if #digests > 0 and ARGV[2] ~= "force" then return "not-empty" end

for _, digest in ipairs(digests) do
  forget_image(repository, digest)
  emit_image("deleted", repository, digest, "", at)
end
redis.call("DEL", KEYS[3])
for _, term in ipairs(cjson.decode(known[2])) do redis.call("SREM", key.record_term .. "repository:" .. term, repository) end
redis.call("ZREM", KEYS[4], repository)
redis.call("DEL", KEYS[1])
emit("repository", repository, "removed", at, "version", known[1])
return "removed"
