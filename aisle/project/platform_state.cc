#include "aisle/project/platform_state.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

std::filesystem::path file_of(const ProjectPaths& paths, const std::string& name) {
  return platform_folder(paths) / (name + ".json");
}

}  // namespace

std::filesystem::path platform_folder(const ProjectPaths& paths) {
  return paths.state / "platform";
}

std::optional<ServiceRecord> read_service_record(const ProjectPaths& paths, const std::string& name) {
  const std::filesystem::path file = file_of(paths, name);
  if (!std::filesystem::exists(file)) return std::nullopt;
  const auto document = nlohmann::json::parse(read_file(file), nullptr, false);
  if (!document.is_object()) return std::nullopt;
  try {
    return ServiceRecord{.name = name,
                         .identity = {.process = document.at("process").get<pid_t>(),
                                      .start_ticks = document.at("start_ticks").get<std::uint64_t>(),
                                      .boot = document.at("boot").get<std::string>()},
                         .port = document.at("port").get<int>(),
                         .url = document.at("url").get<std::string>(),
                         .started = document.at("started").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

void write_service_record(const ProjectPaths& paths, const ServiceRecord& record) {
  const nlohmann::ordered_json document = {{"process", record.identity.process},
                                           {"start_ticks", record.identity.start_ticks},
                                           {"boot", record.identity.boot},
                                           {"port", record.port},
                                           {"url", record.url},
                                           {"started", record.started}};
  write_file(file_of(paths, record.name), document.dump(2) + "\n");
}

void remove_service_record(const ProjectPaths& paths, const std::string& name) {
  std::error_code ignored;
  std::filesystem::remove(file_of(paths, name), ignored);
}

std::optional<std::string> running_service_url(const ProjectPaths& paths, const std::string& name) {
  const auto record = read_service_record(paths, name);
  if (!record || !still_runs(record->identity)) return std::nullopt;
  return record->url;
}

}  // namespace aisle
