-- What the clients of bench/serve.sh ask for, in turn: wrk -s serve.lua URL -- gzip|plain|known PATH...
-- "known" are clients that have the documents and ask with their ETags.
local paths, headers, at = {}, {}, 0

function init(args)
  local kind = args[1]
  for place = 2, #args do
    local path, tag = args[place]:match("^([^=]+)=?(.*)$")
    paths[#paths + 1] = path
    headers[#headers + 1] = {
      ["Accept-Encoding"] = kind ~= "plain" and "gzip" or nil,
      ["If-None-Match"] = kind == "known" and tag or nil,
    }
  end
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], headers[at])
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("| %.0f | %.1f | %.1f | %.1f | %.0f | %d |\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3, summary.bytes / summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
