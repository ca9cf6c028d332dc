-- Stands before scripts that say `-- USES feed`, after `key` (keys.ts) and `feed_length`.

-- One entry of the change feed; what follows `at` are facts, name and value in turn.
local function emit(kind, subject, verb, at, ...)
  redis.call("XADD", key.feed, "MAXLEN", "~", feed_length, "*",
    "kind", kind, "subject", subject, "verb", verb, "at", at, ...)
end
