// The runs of a project as `aisle track` shows them: text for a person, JSON for a program.
#pragma once

#include <string>
#include <vector>

#include "aisle/project/project_paths.h"
#include "aisle/track/outbox.h"
#include "aisle/track/run_store.h"

namespace aisle {

// The run store and what of it a tracking server has.
class TrackedRuns {
 public:
  explicit TrackedRuns(const ProjectPaths& paths);

  // "latest", "previous" or a run's id. Throws InvalidInput with the nearest id for another name.
  RunRecord named(const std::string& name) const;

  std::string list(int count, bool as_json) const;
  std::string show(const RunRecord& run, bool as_json) const;
  std::string compare(const RunRecord& a, const RunRecord& b, bool as_json) const;

 private:
  std::string state_of(const std::string& run) const;  // "sent", "owed" or "here"

  RunStore runs_;
  Outbox outbox_;
};

}  // namespace aisle
