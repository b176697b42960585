// Random sets together with random options of HDBSCAN.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/random.h"
#include "aisle/cluster/hdbscan.h"
#include "tests/property/cluster/random_sets.h"

namespace aisle::testing {

struct Case {
  Matrix points;
  std::vector<std::uint64_t> keys;
  HdbscanOptions options;
  std::string description;
};

inline Case make_case(std::uint64_t seed, std::uint32_t most_rows) {
  RandomDraws draws(seed, 10, 0);
  Case made;
  const auto kind = static_cast<SetKind>(draws.below(static_cast<std::uint32_t>(SetKind::kCount)));
  const std::size_t n_rows = 1 + draws.below(draws.below(4) == 0 ? most_rows : 60);
  const std::size_t n_cols = 1 + draws.below(12);
  made.points = random_points(kind, n_rows, n_cols, seed);
  made.keys = random_keys(n_rows, seed);
  made.options.metric = draws.below(2) == 0 ? Metric::kEuclidean : Metric::kManhattan;
  made.options.min_samples = static_cast<int>(draws.below(21));
  SelectionOptions& selection = made.options.selection;
  selection.min_cluster_size = static_cast<int>(2 + draws.below(draws.below(2) == 0 ? 4 : 20));
  selection.method = draws.below(3) == 0 ? SelectionMethod::kLeaf : SelectionMethod::kExcessOfMass;
  selection.single_cluster = draws.below(3) == 0 ? SingleCluster::kAllow : SingleCluster::kRefuse;
  if (draws.below(3) == 0) selection.max_cluster_size = static_cast<int>(1 + draws.below(60));
  if (draws.below(2) == 0)
    selection.cluster_selection_epsilon = draws.below(2) == 0 ? 1.0 : draws.uniform(0, 4);
  made.description = "seed " + std::to_string(seed) + ", kind " + std::to_string(static_cast<int>(kind)) +
                     ", " + std::to_string(n_rows) + " x " + std::to_string(n_cols) + ", min_samples " +
                     std::to_string(made.options.min_samples) + ", min_cluster_size " +
                     std::to_string(selection.min_cluster_size);
  return made;
}

}  // namespace aisle::testing
