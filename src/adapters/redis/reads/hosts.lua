-- Hosts with their accounts, as they are at one moment.
-- ARGV  ids
-- Returns for each id: {} where there is none, else {host, attributes, ports, groups}, each as HGETALL has it
local answer = {}
for i, id in ipairs(ARGV) do
  local host = redis.call("HGETALL", key.host .. id)
  if #host == 0 then
    answer[i] = {}
  else
    answer[i] = {
      host, redis.call("HGETALL", key.host_attributes .. id), redis.call("HGETALL", key.host_ports .. id),
      redis.call("HGETALL", key.host_groups .. id),
    }
  end
end
return answer
