-- Stands before scripts that say `-- USES feed`, after `key` (keys.ts) and `feed_length`.

-- What the move has changed, in order: kind, subject, verb, at, then facts, name and value in turn.
local changes = {}
local CHANGES_AN_ENTRY = 10

-- Tells a change by the feed, when the move is done.
local function emit(...)
  local change = { ... }
  for i = 1, #change do change[i] = tostring(change[i]) end
  changes[#changes + 1] = cjson.encode(change)
end

-- Changes of one move share entries: whoever reads the feed takes them together.
at_end[#at_end + 1] = function()
  for first = 1, #changes, CHANGES_AN_ENTRY do
    local last = math.min(first + CHANGES_AN_ENTRY - 1, #changes)
    redis.call("XADD", key.feed, "MAXLEN", "~", feed_length, "*", "changes", "[" .. table.concat(changes, ",", first, last) .. "]")
  end
end
