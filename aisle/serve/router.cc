#include "aisle/serve/router.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace aisle {
namespace {

bool is_name(const std::string& part) {
  return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

// Whether the parts of a path are those of a route; the values of its names.
bool matches(const std::vector<std::string>& route, const std::vector<std::string>& path,
             std::map<std::string, std::string>& values) {
  if (route.size() != path.size()) return false;
  values.clear();
  for (std::size_t at = 0; at < route.size(); ++at) {
    if (is_name(route[at])) {
      if (path[at].empty()) return false;
      values[route[at].substr(1, route[at].size() - 2)] = path[at];
    } else if (route[at] != path[at]) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Router::add(Route route) {
  std::vector<std::string> parts;
  for (std::string_view rest = std::string_view(route.path).substr(1);;) {
    const std::size_t slash = rest.find('/');
    parts.emplace_back(rest.substr(0, slash));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  parts_.push_back(std::move(parts));
  routes_.push_back(std::move(route));
}

const Route& Router::find(HttpRequest& request) const {
  const std::vector<std::string> path = path_parts(request.path);
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::set<std::string> allowed;
  std::map<std::string, std::string> values;
  // Routes without names come first in their table, so "/runs/current" is no run of that id.
  for (std::size_t at = 0; at < routes_.size(); ++at) {
    if (!matches(parts_[at], path, values)) continue;
    if (routes_[at].method == method) {
      request.path_values = std::move(values);
      return routes_[at];
    }
    allowed.insert(routes_[at].method);
  }
  if (allowed.empty()) {
    throw HttpError(404, {.where = request.path,
                          .what = "there is nothing here",
                          .expected = "",
                          .remedy = "/api/v1/openapi.json lists what there is"});
  }
  throw HttpError(405, {.where = request.path,
                        .what = fmt::format("does not take {}", request.method),
                        .expected = fmt::format("{}", fmt::join(allowed, ", ")),
                        .remedy = ""});
}

}  // namespace aisle
