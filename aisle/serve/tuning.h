// What other choices of clusters would give, all from the model's one spanning tree.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/cluster/hdbscan.h"
#include "aisle/cluster/tree_clusters.h"
#include "aisle/engine/engine.h"
#include "aisle/project/project_paths.h"
#include "aisle/segment/model.h"

namespace aisle {

// The model with its hierarchy, and where its stores stand among all stores.
struct TunedModel {
  Model model;
  std::string fit;
  ClusterHierarchy hierarchy;
  std::size_t n_stores = 0;       // all stores
  std::vector<std::size_t> rows;  // by store of the fit: its row among all stores
  std::vector<double> revenue;    // by store of the fit; empty without total_revenue
};

// Reads what the last run left. Throws DataError when it is not there or damaged, Cancelled.
TunedModel read_tuned_model(Engine& engine, const ProjectPaths& paths, const CancelFlag* cancel);

// A selection, and which of the model's clusters each of its own continues.
struct MatchedSelection {
  HierarchySelection chosen;
  std::vector<std::int32_t> continues;  // by new label: the model's label, or -1
  std::int64_t n_moved = 0;             // stores whose cluster is not the one that continues theirs
};
MatchedSelection select_and_match(const TunedModel& tuned, const SelectionOptions& options);

// How many stores are left of a cluster of the tree as the distance falls.
struct TreeOutline {
  std::vector<double> distance;  // falling
  std::vector<std::int64_t> n_left;
};
// By cluster of the tree; each of at most `most` steps.
std::vector<TreeOutline> tree_outlines(const CondensedTree& tree, std::size_t most);

}  // namespace aisle
