-- Notes that a manifest is about to be kept: until it is an image's, the next collection may take it.
-- KEYS  1 images of the repository
-- ARGV  1 repository · 2 digest
-- Returns 1
-- Writes the set of manifests without an image; nothing that anybody is told of, so no feed entry
if redis.call("HEXISTS", KEYS[1], ARGV[2]) == 0 then
  redis.call("SADD", key.doomed_manifests, ARGV[1] .. "@" .. ARGV[2])
end
return 1
