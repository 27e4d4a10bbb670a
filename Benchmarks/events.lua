-- wrk: publishes CloudEvents, each with an id of its own. Arguments: key, type, source, events in a call.
local number = 0
local key, kind, source, batch

function init(arguments)
   key, kind, source, batch = arguments[1], arguments[2], arguments[3], tonumber(arguments[4])
   wrk.method = "POST"
   wrk.headers["X-Api-Key"] = key
   wrk.headers["Content-Type"] = batch == 1 and "application/cloudevents+json" or "application/cloudevents-batch+json"
end

local function event()
   number = number + 1
   return '{"specversion":"1.0","id":"' .. number .. '","source":"' .. source .. '","type":"' .. kind
      .. '","time":"2020-11-09T01:30:00Z","datacontenttype":"application/json","data":{"code":"H40-' .. number
      .. '","state":"received","unit":"Sở Thông tin và Truyền thông","note":"' .. string.rep("x", 60) .. '"}}'
end

function request()
   if batch == 1 then return wrk.format(nil, "/events/v1", nil, event()) end
   local events = {}
   for place = 1, batch do events[place] = event() end
   return wrk.format(nil, "/events/v1", nil, "[" .. table.concat(events, ",") .. "]")
end
