#include "aisle/flow/dagster_pipes.h"

#include <fmt/format.h>

#include <utility>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr const char* kChecksAsset = "data_checks";

bool is_address(const std::string& text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

PipesMetadata text_entry(std::string name, const std::string& text) {
  return {std::move(name), text, is_address(text) ? "url" : "text"};
}

}  // namespace

DagsterPipes::DagsterPipes(PipesBootstrap bootstrap, std::filesystem::path root,
                           RecordedChecks recorded_checks)
    : bootstrap_(std::move(bootstrap)),
      root_(std::move(root)),
      recorded_checks_(std::move(recorded_checks)),
      messages_(bootstrap_.messages, std::ios::app | std::ios::binary) {
  for (const std::string& key : bootstrap_.asset_keys) keys_[key.substr(key.rfind('/') + 1)] = key;
  write(pipes_opened());
  if (!messages_) {
    throw EnvironmentError(
        {.where = bootstrap_.messages,
         .what = "Dagster's messages cannot be written there",
         .expected = "",
         .remedy = "unset DAGSTER_PIPES_CONTEXT and DAGSTER_PIPES_MESSAGES to run without it"});
  }
}

void DagsterPipes::emit(const RunEvent& event) {
  std::visit([this](const auto& known) { on(known); }, event);
}

void DagsterPipes::close() {
  if (std::exchange(is_closed_, true)) return;
  write(pipes_closed());
  if (messages_) return;
  throw EnvironmentError({.where = bootstrap_.messages,
                          .what = "a message to Dagster was lost: the file cannot be written",
                          .expected = "",
                          .remedy = "the outputs are whole; free some disk space and materialise again"});
}

void DagsterPipes::close(const std::string& error_kind, const std::string& message) noexcept {
  if (std::exchange(is_closed_, true)) return;
  try {
    write(pipes_error(error_kind, message));
    write(pipes_closed(error_kind, message));
  } catch (...) {
    // The error that ended the work is on its way; the exit code tells Dagster.
  }
}

void DagsterPipes::on(const RunStarted& event) {
  run_ = event.run;
  log(PipesLogLevel::kInfo, "aisle's run " + event.run);
}

void DagsterPipes::on(const StageStarted& event) {
  why_ = event.why;
  checks_.clear();
  log(PipesLogLevel::kInfo, fmt::format("{}: {}", event.title, event.why));
}

void DagsterPipes::on(const CheckReported& event) {
  checks_.push_back(event);
  if (event.passed) return;
  const auto level = event.severity == CheckSeverity::kCritical  ? PipesLogLevel::kError
                     : event.severity == CheckSeverity::kWarning ? PipesLogLevel::kWarning
                                                                 : PipesLogLevel::kInfo;
  log(level, fmt::format("{}: {}: {}", event.asset, event.name, event.message));
}

void DagsterPipes::on(const AssetMade& event) {
  made_ = event;
}

void DagsterPipes::on(const AssetLeft& event) {
  log(PipesLogLevel::kInfo, fmt::format("{}: left as it is ({})", event.asset, event.why));
  if (!key_of(event.asset).empty()) {
    auto metadata = contents(event);
    metadata.push_back(text_entry("left as it is", event.why));
    write(pipes_materialisation(key_of(event.asset), event.digest, metadata));
  }
  if (event.asset == kChecksAsset) report_checks(recorded_checks_());
}

void DagsterPipes::on(const WarningRaised& event) {
  log(PipesLogLevel::kWarning, fmt::format("{}: {}", event.asset, event.message));
}

void DagsterPipes::on(const NoteMade& event) {
  log(PipesLogLevel::kDebug, fmt::format("{}: {}", event.asset, event.message));
}

void DagsterPipes::on(const StageFinished& event) {
  if (!key_of(event.asset).empty() && made_.asset == event.asset) {
    auto metadata = contents(made_);
    metadata.push_back({"seconds", event.seconds, ""});
    metadata.push_back(text_entry("why", why_));
    metadata.push_back(text_entry("aisle run", run_));
    write(pipes_materialisation(key_of(event.asset), made_.digest, metadata));
  }
  if (event.asset == kChecksAsset) report_checks(checks_);
}

void DagsterPipes::on(const StageFailed& event) {
  if (event.asset == kChecksAsset) report_checks(checks_);
  log(PipesLogLevel::kError, fmt::format("{}: {}", event.asset, event.message));
}

void DagsterPipes::on(const RunTracked& event) {
  log(PipesLogLevel::kInfo, fmt::format("aisle's run {} in MLflow: {}", event.run, event.url));
}

void DagsterPipes::on(const RunFinished& event) {
  log(PipesLogLevel::kInfo, fmt::format("aisle's run {} {} after {:.1f} s", run_,
                                        event.succeeded ? "ended well" : "ended", event.seconds));
}

template <typename Asset>
std::vector<PipesMetadata> DagsterPipes::contents(const Asset& asset) const {
  std::vector<PipesMetadata> metadata;
  if (asset.n_rows >= 0) metadata.push_back({"dagster/row_count", asset.n_rows, ""});
  for (const Figure& figure : asset.figures) {
    if (const auto* text = std::get_if<std::string>(&figure.value)) {
      metadata.push_back(text_entry(figure.name, *text));
    } else {
      metadata.push_back({figure.name, figure.value, ""});
    }
  }
  metadata.push_back({"path", (root_ / asset.path).string(), "path"});
  metadata.push_back({"bytes", asset.n_bytes, ""});
  return metadata;
}

const std::string& DagsterPipes::key_of(const std::string& asset) const {
  static const std::string none;
  const auto found = keys_.find(asset);
  return found == keys_.end() ? none : found->second;
}

// Expectations that share a name (of two suites, say) are one check, which passes when all of them do. A
// check that Dagster does not know of, or that is reported twice, would fail the whole step.
void DagsterPipes::report_checks(const std::vector<CheckReported>& checks) {
  std::map<std::string, CheckReported> by_name;
  for (const CheckReported& check : checks) {
    const auto table = bootstrap_.checks.find(check.asset);
    if (table == bootstrap_.checks.end()) continue;
    const auto name = table->second.find(check.name);
    if (name == table->second.end()) continue;
    const auto [known, is_new] = by_name.try_emplace(name->second, check);
    const bool is_worse = !check.passed && (known->second.passed || check.severity > known->second.severity);
    if (!is_new && is_worse) known->second = check;
  }
  for (const auto& [name, check] : by_name) {
    write(pipes_check(bootstrap_.asset_of_checks, name, check.passed, check.severity,
                      {{"table", check.asset, "text"},
                       {"failed rows", check.n_failed, ""},
                       {"result", check.message, "text"}}));
  }
}

void DagsterPipes::log(PipesLogLevel level, const std::string& message) {
  write(pipes_log(level, message));
}

// Flushed line by line: Dagster reads while the run goes on, and a killed run leaves whole lines.
void DagsterPipes::write(const std::string& line) {
  messages_ << line + "\n" << std::flush;
}

}  // namespace aisle
