// Which trials of a search are worth a look, and the one that is recommended.
#pragma once

#include <string>
#include <vector>

#include "aisle/track/trial_store.h"

namespace aisle {

// What a trial must keep to be marked or recommended, beside two clusters at least.
struct TrialRequirements {
  double most_noise = 1.0;  // as a share of the stores
  int min_stores = 0;       // of the smallest cluster
};

struct TrialChoice {
  std::int64_t recommended = 0;  // a trial's number; 0: none
  std::string reason;            // a sentence or two for people
};

// Marks the Pareto front: the trials whose DBCV, silhouette and share of noise no other trial equals in all
// three and betters in one. Of trials with the same three the first is marked.
//
// Recommended is the trial of the front that is nearest to the best of everything: DBCV, silhouette, noise
// and stability each run from 0 (the worst trial's) to 1 (the best trial's), and the distance from (1, 1, 1,
// 1) is the least; of equal ones the first. A figure in which all trials are alike,
// or that none has (no stability was measured), counts for nothing.
TrialChoice choose_trial(std::vector<Trial>& trials, const TrialRequirements& requirements);

}  // namespace aisle
