// What the limits on the clusters (options limits.*) change.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/cluster/hdbscan.h"
#include "aisle/segment/model.h"

namespace aisle {

// One choice of clusters from the model's tree.
struct ChoiceFigures {
  std::int64_t n_clusters = 0;
  std::int64_t n_noise = 0;  // fitted stores in none of them
  double stability = 0;      // excess of mass of all of them; infinite where stores are the same
  double dbcv = 0;           // NaN with fewer than two clusters
};

// One limit kept by itself.
struct LimitAlone {
  std::string option;                    // its key in aisle.toml
  std::optional<ChoiceFigures> figures;  // none: it cannot be kept by itself
};

struct LimitEffect {
  ChoiceFigures without;          // limits
  ChoiceFigures within;           // all of them: the model's clusters
  std::vector<LimitAlone> alone;  // a limit that is set each
};

// What a choice changes against the one without limits; NaN where either figure does not exist.
struct LimitChange {
  double stability = 0;  // as a share of the stability without limits
  double dbcv = 0;
};
LimitChange change_of(const ChoiceFigures& within, const ChoiceFigures& without);

// Nothing for a model without limits. Throws Cancelled.
std::optional<LimitEffect> limit_effect(const Model& model, const CancelFlag* cancel = nullptr);

// What the limits did, in a sentence for people.
std::string limits_sentence(const LimitEffect& effect);

// The clusters that the model would have without limits.
ClusterSelection select_without_limits(const HdbscanModel& model);

}  // namespace aisle
