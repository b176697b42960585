#include "aisle/cli/log_file.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <system_error>
#include <vector>

#include "aisle/cli/event_json.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kKeptLogs = 50;

void remove_oldest(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> logs;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".log") logs.push_back(entry.path());
  }
  if (logs.size() < kKeptLogs) return;
  std::sort(logs.begin(), logs.end());
  for (std::size_t i = 0; i + kKeptLogs <= logs.size(); ++i) fs::remove(logs[i], error);
}

}  // namespace

LogFile::LogFile(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return;
  remove_oldest(folder);
  const std::string name =
      fmt::format("aisle-{:%Y%m%d-%H%M%S}-{}.log", fmt::gmtime(std::time(nullptr)), ::getpid());
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_st>((folder / name).string());
    logger_ = std::make_shared<spdlog::logger>("aisle", std::move(sink));
    logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  } catch (const spdlog::spdlog_ex&) {
    logger_.reset();
  }
}

void LogFile::write(const RunEvent& event) {
  if (!logger_ || std::holds_alternative<Progress>(event)) return;
  const bool is_failure = std::holds_alternative<StageFailed>(event);
  const bool is_warning = std::holds_alternative<WarningRaised>(event);
  const auto level = is_failure ? spdlog::level::err : is_warning ? spdlog::level::warn : spdlog::level::info;
  logger_->log(level, event_to_json(event));
  if (is_failure || is_warning) logger_->flush();
}

}  // namespace aisle
