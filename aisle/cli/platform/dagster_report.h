// A run that Dagster did not start, shown there all the same: an adapter of the run events that reports each
// asset made to the platform's Dagster, by its REST API, once the run is over.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/events.h"
#include "aisle/project/project_paths.h"

namespace aisle {

class DagsterReport {
 public:
  // `port` is where the platform's Dagster listens on 127.0.0.1.
  DagsterReport(ProjectPaths paths, int port) : paths_(std::move(paths)), port_(port) {}

  // Never throws: a Dagster that does not answer changes nothing of the run, and is said through `sink`.
  void emit(const RunEvent& event, const EventSink& sink);

 private:
  void report(const EventSink& sink);
  std::string body_of(const AssetMade& asset) const;

  ProjectPaths paths_;
  int port_;
  std::string run_;
  std::string tracked_;  // where MLflow shows the run; "": nowhere
  std::vector<AssetMade> made_;
};

}  // namespace aisle
