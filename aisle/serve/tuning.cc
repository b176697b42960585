#include "aisle/serve/tuning.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "aisle/cluster/matching.h"
#include "aisle/segment/train.h"

namespace aisle {
namespace {

ClusterHierarchy hierarchy_of(const Model& model, const CancelFlag* cancel) {
  return ClusterHierarchy(
      mutual_reachability_tree(model.matrix, model.metric, model.hdbscan.min_samples, {}, cancel));
}

// 0 for an infinite density: stores of the same values.
double distance_of(double lambda) {
  return 1.0 / lambda;
}

TreeOutline thinned(TreeOutline outline, std::size_t most) {
  const std::size_t n = outline.distance.size();
  if (n <= most) return outline;
  TreeOutline result;
  for (std::size_t at = 0; at < most; ++at) {
    const std::size_t from = at * (n - 1) / (most - 1);
    result.distance.push_back(outline.distance[from]);
    result.n_left.push_back(outline.n_left[from]);
  }
  return result;
}

}  // namespace

TunedModel read_tuned_model(Engine& engine, const ProjectPaths& paths, const CancelFlag* cancel) {
  TrainedModel trained = read_trained(engine, paths);
  ClusterHierarchy hierarchy = hierarchy_of(trained.model, cancel);
  TunedModel tuned{.model = std::move(trained.model),
                   .fit = std::move(trained.metrics.fit),
                   .hierarchy = std::move(hierarchy),
                   .n_stores = trained.stores.n_rows(),
                   .rows = {},
                   .revenue = {}};
  const Column& ids = trained.stores.column("store_id");
  const Column* revenue = trained.stores.find("total_revenue");
  std::unordered_map<std::string, std::size_t> row_of;
  for (std::size_t row = 0; row < tuned.n_stores; ++row) row_of.emplace(ids.text_at(row), row);
  for (const std::string& store : tuned.model.store_ids) {
    const std::size_t row = row_of.at(store);
    tuned.rows.push_back(row);
    if (revenue != nullptr) tuned.revenue.push_back(revenue->number_at(row));
  }
  return tuned;
}

MatchedSelection select_and_match(const TunedModel& tuned, const SelectionOptions& options) {
  MatchedSelection result{.chosen = tuned.hierarchy.select(options), .continues = {}, .n_moved = 0};
  const std::vector<std::int32_t>& old = tuned.model.clusters.labels;
  const std::vector<std::int32_t>& renewed = result.chosen.selection.labels;
  std::vector<std::uint64_t> keys(old.size());
  std::iota(keys.begin(), keys.end(), std::uint64_t{0});
  const ClusterMatching matching = match_clusters({old, keys}, {renewed, keys});
  result.continues.assign(static_cast<std::size_t>(result.chosen.selection.n_clusters), -1);
  for (std::size_t label = 0; label < matching.new_clusters.size(); ++label) {
    result.continues[label] = matching.new_clusters[label].matched_old;
  }
  for (std::size_t row = 0; row < old.size(); ++row) {
    const std::int32_t label = renewed[row];
    const std::int32_t continued = label < 0 ? -1 : result.continues[static_cast<std::size_t>(label)];
    // A new cluster takes its stores from wherever they were, noise too.
    if (continued != old[row] || (label >= 0 && continued < 0)) ++result.n_moved;
  }
  return result;
}

std::vector<TreeOutline> tree_outlines(const CondensedTree& tree, std::size_t most) {
  const std::vector<TreeCluster> clusters = tree_clusters(tree);
  std::vector<std::vector<std::pair<double, std::int64_t>>> leaving(clusters.size());
  for (const CondensedEdge& edge : tree.edges) {
    leaving[static_cast<std::size_t>(edge.parent - tree.n_points)].emplace_back(edge.lambda, edge.child_size);
  }
  std::vector<TreeOutline> outlines(clusters.size());
  for (std::size_t at = 0; at < clusters.size(); ++at) {
    auto& steps = leaving[at];
    std::stable_sort(steps.begin(), steps.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    // The root's birth is at no distance; its outline begins where the first store leaves.
    double lambda = clusters[at].birth;
    if (at == 0) lambda = steps.empty() ? 1.0 : steps.front().first;
    std::int64_t n_left = at == 0 ? tree.n_points : clusters[at].size;
    TreeOutline outline{{distance_of(lambda)}, {n_left}};
    for (std::size_t step = 0; step < steps.size(); ++step) {
      n_left -= steps[step].second;
      if (step + 1 < steps.size() && steps[step + 1].first == steps[step].first) continue;
      outline.distance.push_back(distance_of(steps[step].first));
      outline.n_left.push_back(n_left);
    }
    outlines[at] = thinned(std::move(outline), most);
  }
  return outlines;
}

}  // namespace aisle
