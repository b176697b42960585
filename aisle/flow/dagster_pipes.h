// Run events for Dagster: an adapter of the stream that speaks Dagster Pipes, so that a run which Dagster
// starts shows there as materialisations, asset checks and logs.
//
// An asset is reported when Dagster asked for it, whether it was made or left as fresh; its data version is
// the digest of its content, so that Dagster, too, knows when nothing has changed. The expectations over the
// raw tables are checks of the asset `data_checks`.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "aisle/base/events.h"
#include "aisle/flow/pipes_bootstrap.h"
#include "aisle/flow/pipes_messages.h"

namespace aisle {

class DagsterPipes {
 public:
  // The checks' results as they stand on disk, for a run that leaves `data_checks` as it is.
  using RecordedChecks = std::function<std::vector<CheckReported>()>;

  // Opens the messages and says so. `root` is the project's folder. Throws EnvironmentError when the messages
  // cannot be written.
  DagsterPipes(PipesBootstrap bootstrap, std::filesystem::path root, RecordedChecks recorded_checks);

  // Never throws for a message that cannot be written: the work goes on, and close() says it.
  void emit(const RunEvent& event);

  // The end of the stream, good or with the error that ended the work; once.
  // Throws EnvironmentError when a message was lost.
  void close();
  void close(const std::string& error_kind, const std::string& message) noexcept;

 private:
  void on(const RunStarted& event);
  void on(const StageStarted& event);
  // Dagster has no place for the others.
  template <typename Event>
  void on(const Event&) {}
  void on(const CheckReported& event);
  void on(const AssetMade& event);
  void on(const AssetLeft& event);
  void on(const WarningRaised& event);
  void on(const NoteMade& event);
  void on(const StageFinished& event);
  void on(const StageFailed& event);
  void on(const RunTracked& event);
  void on(const RunFinished& event);

  template <typename Asset>
  std::vector<PipesMetadata> contents(const Asset& asset) const;
  // Dagster's key of an asset; "" when it did not ask for it.
  const std::string& key_of(const std::string& asset) const;
  void report_checks(const std::vector<CheckReported>& checks);
  void log(PipesLogLevel level, const std::string& message);
  void write(const std::string& line);

  PipesBootstrap bootstrap_;
  std::filesystem::path root_;
  RecordedChecks recorded_checks_;
  std::map<std::string, std::string> keys_;  // asset -> Dagster's key
  std::ofstream messages_;
  bool is_closed_ = false;
  std::string run_;
  std::string why_;
  AssetMade made_;                     // waits for its stage's end, for the time that it took
  std::vector<CheckReported> checks_;  // of the current stage
};

}  // namespace aisle
