#include "aisle/cli/platform/service_health.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "aisle/cli/platform/local_port.h"

namespace aisle {
namespace {

using Json = nlohmann::json;

constexpr const char* kLocationsQuery =
    "{workspaceOrError{... on Workspace{locationEntries{name loadStatus"
    " locationOrLoadError{__typename ... on PythonError{message}}}}}}";

// A Python error's message begins with the message and ends with where it came from.
std::string first_lines(const std::string& text) {
  constexpr std::size_t kLongest = 600;
  std::string lines = text.substr(0, text.find("\nStack Trace"));
  if (lines.size() > kLongest) lines = lines.substr(0, kLongest) + "...";
  while (!lines.empty() && lines.back() == '\n') lines.pop_back();
  return lines;
}

HealthReport health_of_locations(const Json& entries) {
  HealthReport report;
  for (const Json& entry : entries) {
    if (entry.at("loadStatus") != "LOADED") return {};
    const Json& location = entry.at("locationOrLoadError");
    if (!location.is_object()) return {};
    if (location.at("__typename") == "RepositoryLocation") {
      if (report.health != ServiceHealth::kFaulty) report.health = ServiceHealth::kWell;
      continue;
    }
    report = {
        .health = ServiceHealth::kFaulty,
        .fault = fmt::format("its code location {} does not load: {}", entry.at("name").get<std::string>(),
                             first_lines(location.value("message", "it does not say why")))};
  }
  return report;
}

HealthReport health_of_dagster(int port, std::chrono::milliseconds longest) {
  const LocalAnswer answer =
      http_ask(port, {.path = "/graphql", .json = Json{{"query", kLocationsQuery}}.dump()}, longest);
  if (answer.status != 200) return {};
  try {
    return health_of_locations(
        Json::parse(answer.body).at("data").at("workspaceOrError").at("locationEntries"));
  } catch (const Json::exception&) {
    return {};
  }
}

}  // namespace

HealthReport health_of(const ServiceDefinition& service, int port, std::chrono::milliseconds longest) {
  if (http_status(port, {.path = service.health_path}, longest) != 200) return {};
  if (std::string_view(service.name) == "dagster") return health_of_dagster(port, longest);
  return {.health = ServiceHealth::kWell};
}

}  // namespace aisle
