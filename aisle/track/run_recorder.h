// Writes the stream of run events into the run store: one adapter of the stream among others.
#pragma once

#include <map>
#include <string>

#include "aisle/base/events.h"
#include "aisle/track/run_store.h"

namespace aisle {

// Records one run. `store` must outlive it. Progress and warnings are not kept.
class RunRecorder {
 public:
  RunRecorder(RunStore& store, std::string run) : store_(store), run_(std::move(run)) {}
  void operator()(const RunEvent& event);

 private:
  void record(const RunStarted&) {}
  void record(const StageStarted& event);
  void record(const Progress&) {}
  void record(const CheckReported& event);
  void record(const AssetMade& event);
  void record(const AssetLeft& event);
  void record(const WarningRaised&) {}
  void record(const NoteMade&) {}
  void record(const StageFinished& event);
  void record(const StageFailed& event);
  void record(const RunTracked&) {}
  void record(const RunFinished&) {}

  RunStore& store_;
  std::string run_;
  std::map<std::string, RunAsset> assets_;  // what is known of each asset so far
};

}  // namespace aisle
