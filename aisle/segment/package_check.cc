#include "aisle/segment/package_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aisle/segment/identity.h"
#include "aisle/segment/json_fields.h"

namespace aisle {
namespace {

class Checker {
 public:
  explicit Checker(const std::string& where) : where_(where) {}

  void require(bool holds, const std::string& what) const {
    if (!holds) throw bad_document(where_, what);
  }

  void design(const DesignFit& design) const {
    const ModelColumns& columns = design.columns;
    const Famd& famd = design.famd;
    numbers(columns.context_numeric, columns.compositions);
    numbers(columns.behaviour, columns.compositions);
    for (const Composition& parts : columns.compositions) require(!parts.empty(), "has an empty composition");
    require(std::isfinite(design.famd_scale) && design.famd_scale > 0, "has a scale that is not above 0");
    require(famd.means.size() == famd.numeric_names.size() && famd.deviations.size() == famd.means.size() &&
                famd.numeric_weights.size() == famd.means.size() &&
                famd.numeric_names.size() == columns.context_numeric.size(),
            "has numeric context columns and FAMD figures of unequal number");
    require(famd.levels.size() == famd.categorical_names.size() && famd.shares.size() == famd.levels.size() &&
                famd.categorical_weights.size() == famd.levels.size() &&
                famd.categorical_names.size() == columns.context_categorical.size(),
            "has categories and FAMD levels of unequal number");
    std::size_t n_loadings = famd.numeric_names.size();
    for (std::size_t at = 0; at < famd.levels.size(); ++at) {
      require(famd.categorical_names[at] == columns.context_categorical[at].column,
              "has categories in another order than FAMD");
      require(famd.levels[at].size() == famd.shares[at].size(), "has levels and shares of unequal number");
      require(std::is_sorted(famd.levels[at].begin(), famd.levels[at].end()), "has levels out of order");
      const bool positive = std::all_of(famd.shares[at].begin(), famd.shares[at].end(),
                                        [](double share) { return share > 0 && share <= 1; });
      require(positive, "has a level's share outside 0..1");
      n_loadings += famd.levels[at].size();
    }
    require(famd.loadings.n_cols() == 0 || famd.loadings.n_rows() == n_loadings,
            "has loadings that do not fit its columns");
  }

  void points(const Model& model) const {
    const std::size_t n = model.store_ids.size();
    const ClusterSelection& found = model.clusters;
    require(n > 0, "has no store");
    require(std::is_sorted(model.store_ids.begin(), model.store_ids.end()), "has stores out of order");
    require(found.labels.size() == n && found.probabilities.size() == n && model.outlier_scores.size() == n,
            "has points and stores of unequal number");
    const std::int32_t n_clusters = found.n_clusters;
    require(n_clusters >= 0 && static_cast<std::size_t>(n_clusters) <= n,
            "has an impossible number of clusters");
    require(found.persistence.size() == static_cast<std::size_t>(n_clusters),
            "has clusters and their figures of unequal number");
    require(are_ids(model.cluster_ids, n_clusters), "has no id of its own for each cluster");
    for (const std::int32_t label : found.labels) {
      require(label >= -1 && label < n_clusters,
              fmt::format("has a store in cluster {} of {}", label, n_clusters));
    }
    const auto n_noise = std::count(found.labels.begin(), found.labels.end(), -1);
    require(n_noise == found.n_noise, "counts its noise wrongly");
  }

  void hdbscan(const Model& model) const {
    const auto n_clusters = static_cast<std::size_t>(model.clusters.n_clusters);
    require(model.hdbscan.core_distances.size() == model.store_ids.size(),
            "has points and stores of unequal number");
    require(model.clusters.tree_nodes.size() == n_clusters,
            "has clusters and their figures of unequal number");
    tree(model.hdbscan.tree, model.clusters.tree_nodes);
  }

  void mixture(const Model& model) const {
    const MixtureModel& found = model.mixture;
    const auto n_clusters = static_cast<std::size_t>(model.clusters.n_clusters);
    require(found.n_components >= 1 && found.n_starts >= 1, "asked for no component or no start");
    require(found.outlier_probability >= 0 && found.outlier_probability <= 1,
            "has an outlier_probability outside 0..1");
    // One component stays where every store is an outlier.
    require(found.mixture.weights.size() == std::max<std::size_t>(1, n_clusters),
            "has another number of components than clusters");
    try {
      read_mixture(found.mixture, Matrix(0, model.matrix.n_cols()));
    } catch (const InvalidInput& error) {
      require(false, std::string("has a mixture that cannot be read: ") + error.what());
    }
  }

  void tree(const CondensedTree& tree, const std::vector<std::int32_t>& chosen) const {
    // Clusters are numbered from n_points on, parents first; every one but the root is a child once.
    std::int32_t n_nodes = tree.n_points + 1;
    for (const CondensedEdge& edge : tree.edges) {
      if (edge.child >= tree.n_points) ++n_nodes;
    }
    for (const CondensedEdge& edge : tree.edges) {
      const bool fits = edge.parent >= tree.n_points && edge.parent < n_nodes && edge.child >= 0 &&
                        edge.child < n_nodes && (edge.child < tree.n_points || edge.child > edge.parent) &&
                        edge.child_size >= 1 && edge.child_size <= tree.n_points && edge.lambda >= 0;
      require(fits, fmt::format("has an impossible edge from {} to {} in its condensed tree", edge.parent,
                                edge.child));
    }
    for (const std::int32_t node : chosen) {
      require(node >= tree.n_points && node < n_nodes,
              fmt::format("chose {}, which its condensed tree lacks", node));
    }
  }

  void forest(const Model& model) const {
    const Forest& forest = model.forest;
    const std::int32_t n_clusters = model.clusters.n_clusters;
    require((n_clusters == 0) == forest.trees.empty(), "has a forest that does not fit its clusters");
    if (forest.trees.empty()) return;
    require(forest.n_classes == n_clusters, "has a forest of another number of clusters");
    require(static_cast<std::size_t>(forest.n_features) == model.matrix.n_cols(),
            "has a forest of another number of columns");
    for (const ForestTree& tree : forest.trees) forest_tree(forest, tree);
  }

 private:
  void numbers(const std::vector<NumericInput>& inputs, const std::vector<Composition>& compositions) const {
    for (const NumericInput& input : inputs) {
      if (input.transform != ColumnTransform::kCentredLogRatio) continue;
      const bool there =
          input.composition >= 0 && static_cast<std::size_t>(input.composition) < compositions.size();
      require(there, fmt::format("has {} without its composition", input.name));
      const Composition& parts = compositions[static_cast<std::size_t>(input.composition)];
      const bool part = std::any_of(parts.begin(), parts.end(),
                                    [&](const CompositionPart& one) { return one.column == input.column; });
      require(part, fmt::format("has {} outside its composition", input.name));
    }
  }

  // Children come after their parent: no walk can go in a circle.
  void forest_tree(const Forest& forest, const ForestTree& tree) const {
    require(!tree.nodes.empty(), "has a tree without a root");
    const auto n_nodes = static_cast<std::int32_t>(tree.nodes.size());
    const auto n_leaves =
        static_cast<std::int32_t>(tree.leaf_shares.size() / static_cast<std::size_t>(forest.n_classes));
    for (std::int32_t at = 0; at < n_nodes; ++at) {
      const ForestNode& node = tree.nodes[static_cast<std::size_t>(at)];
      const bool leaf_fits = node.feature < 0 && node.leaf >= 0 && node.leaf < n_leaves;
      const bool split_fits = node.feature >= 0 && node.feature < forest.n_features && node.left > at &&
                              node.left < n_nodes && node.right > at && node.right < n_nodes;
      require(leaf_fits || split_fits, "has an impossible node in its forest");
    }
  }

  const std::string& where_;
};

}  // namespace

void check_model(const Model& model, const std::string& where) {
  const Checker checker(where);
  checker.design(model.design);
  checker.points(model);
  if (model.method == ClusterMethod::kHdbscan) {
    checker.hdbscan(model);
  } else {
    checker.mixture(model);
  }
  checker.forest(model);
}

}  // namespace aisle
