-- A control plane says that it lives.
-- KEYS  1 the control planes · 2 its attendance
-- ARGV  1 control plane · 2 milliseconds it counts as living · 3 at
-- Returns those that live, the one that came first first
-- Writes both, and a feed entry `control-plane joined` when it is new, `control-plane lost` for each that has not been heard of
-- USES feed
redis.call("SET", KEYS[2], ARGV[1], "PX", ARGV[2])
if not redis.call("ZSCORE", KEYS[1], ARGV[1]) then
  local last = redis.call("ZRANGE", KEYS[1], -1, -1, "WITHSCORES")
  redis.call("ZADD", KEYS[1], (tonumber(last[2]) or 0) + 1, ARGV[1])
  emit("control-plane", ARGV[1], "joined", ARGV[3])
end
local live = {}
for _, one in ipairs(redis.call("ZRANGE", KEYS[1], 0, -1)) do
  if redis.call("EXISTS", key.control_plane .. one) == 1 then
    live[#live + 1] = one
  else
    redis.call("ZREM", KEYS[1], one)
    emit("control-plane", one, "lost", ARGV[3])
  end
end
return live
