// The table of routes: which function answers which method and path.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "aisle/serve/http.h"

namespace aisle {

// Where a request is answered: quick work beside other quick work, so that a long query holds nobody up.
enum class Lane { kQuick, kHeavy };

using RouteHandler = std::function<HttpResponse(const HttpRequest&)>;

struct Route {
  std::string method;  // a GET answers HEAD as well
  std::string path;    // "/api/v1/runs/{id}": a name between braces stands for one part, never empty
  Lane lane = Lane::kQuick;
  RouteHandler handler;
};

class Router {
 public:
  void add(Route route);
  const std::vector<Route>& routes() const { return routes_; }

  // The route of a request, whose path_values are filled in. Throws HttpError 404 where no route has the
  // path, 405 with the methods that it has.
  const Route& find(HttpRequest& request) const;

 private:
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> parts_;  // of each route's path
};

}  // namespace aisle
