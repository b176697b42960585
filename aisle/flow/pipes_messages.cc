#include "aisle/flow/pipes_messages.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace aisle {
namespace {

using Json = nlohmann::ordered_json;

// A byte that is not UTF-8 (a file's name, a value of the data) is replaced: it would lose every later line.
std::string line(const char* method, const Json& params) {
  const Json message = {{"__dagster_pipes_version", "0.1"}, {"method", method}, {"params", params}};
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const char* level_name(PipesLogLevel level) {
  switch (level) {
    case PipesLogLevel::kDebug:
      return "DEBUG";
    case PipesLogLevel::kInfo:
      return "INFO";
    case PipesLogLevel::kWarning:
      return "WARNING";
    case PipesLogLevel::kError:
      break;
  }
  return "ERROR";
}

Json metadata_json(const std::vector<PipesMetadata>& metadata) {
  Json object = Json::object();
  for (const PipesMetadata& entry : metadata) {
    if (const auto* whole = std::get_if<std::int64_t>(&entry.value)) {
      object[entry.name] = {{"raw_value", *whole}, {"type", "int"}};
    } else if (const auto* real = std::get_if<double>(&entry.value)) {
      if (std::isfinite(*real)) object[entry.name] = {{"raw_value", *real}, {"type", "float"}};
    } else {
      object[entry.name] = {{"raw_value", std::get<std::string>(entry.value)}, {"type", entry.type}};
    }
  }
  return object;
}

}  // namespace

std::string pipes_opened() {
  return line("opened", {{"extras", Json::object()}});
}

std::string pipes_closed() {
  return line("closed", Json::object());
}

std::string pipes_closed(const std::string& error_kind, const std::string& message) {
  return line("closed", {{"exception",
                          {{"message", message},
                           {"name", error_kind},
                           {"stack", Json::array()},
                           {"cause", nullptr},
                           {"context", nullptr}}}});
}

std::string pipes_error(const std::string& error_kind, const std::string& message) {
  const Json error = {{"kind", error_kind}, {"message", message}};
  return line("report_custom_message", {{"payload", {{"error", error}}}});
}

std::string pipes_log(PipesLogLevel level, const std::string& message) {
  return line("log", {{"message", message}, {"level", level_name(level)}});
}

std::string pipes_materialisation(const std::string& asset_key, const std::string& data_version,
                                  const std::vector<PipesMetadata>& metadata) {
  return line("report_asset_materialization",
              {{"asset_key", asset_key},
               {"data_version", data_version.empty() ? Json(nullptr) : Json(data_version)},
               {"metadata", metadata_json(metadata)}});
}

std::string pipes_check(const std::string& asset_key, const std::string& check, bool passed,
                        CheckSeverity severity, const std::vector<PipesMetadata>& metadata) {
  return line("report_asset_check", {{"asset_key", asset_key},
                                     {"check_name", check},
                                     {"passed", passed},
                                     {"severity", severity == CheckSeverity::kCritical ? "ERROR" : "WARN"},
                                     {"metadata", metadata_json(metadata)}});
}

}  // namespace aisle
