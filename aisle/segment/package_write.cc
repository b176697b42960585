#include <fmt/format.h>

#include <utility>

#include "aisle/base/digest.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/found_clusters.h"
#include "aisle/segment/json_fields.h"
#include "aisle/segment/package.h"
#include "aisle/segment/package_files.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

template <typename Value>
std::vector<std::int64_t> whole_numbers(const std::vector<Value>& values) {
  return {values.begin(), values.end()};
}

Table matrix_table(const Model& model) {
  Table table;
  table.add(text_column("store_id", model.store_ids));
  const auto names = model.design.names();
  for (std::size_t col = 0; col < names.size(); ++col) {
    std::vector<double> values(model.matrix.n_rows());
    for (std::size_t row = 0; row < values.size(); ++row) values[row] = model.matrix(row, col);
    // The number keeps names apart that occur twice or that another column has.
    table.add(double_column(fmt::format("{}:{}", col + 1, names[col]), std::move(values)));
  }
  return table;
}

Table points_table(const Model& model) {
  Table table;
  table.add(text_column("store_id", model.store_ids));
  if (model.method == ClusterMethod::kHdbscan)
    table.add(double_column("core_distance", model.hdbscan.core_distances));
  table.add(int_column("cluster", whole_numbers(model.clusters.labels)));
  table.add(double_column("probability", model.clusters.probabilities));
  table.add(double_column("outlier_score", model.outlier_scores));
  return table;
}

Table tree_table(const CondensedTree& tree) {
  const std::size_t n_edges = tree.edges.size();
  std::vector<std::int64_t> parents(n_edges);
  std::vector<std::int64_t> children(n_edges);
  std::vector<std::int64_t> sizes(n_edges);
  std::vector<double> lambdas(n_edges);
  for (std::size_t at = 0; at < n_edges; ++at) {
    const CondensedEdge& edge = tree.edges[at];
    parents[at] = edge.parent;
    children[at] = edge.child;
    lambdas[at] = edge.lambda;
    sizes[at] = edge.child_size;
  }
  Table table;
  table.add(int_column("parent", std::move(parents)));
  table.add(int_column("child", std::move(children)));
  table.add(double_column("lambda", std::move(lambdas)));
  table.add(int_column("child_size", std::move(sizes)));
  return table;
}

Table nodes_table(const Forest& forest) {
  std::vector<std::int64_t> trees;
  std::vector<std::int64_t> features;
  std::vector<std::int64_t> lefts;
  std::vector<std::int64_t> rights;
  std::vector<std::int64_t> leaves;
  std::vector<double> thresholds;
  for (std::size_t tree = 0; tree < forest.trees.size(); ++tree) {
    for (const ForestNode& node : forest.trees[tree].nodes) {
      trees.push_back(static_cast<std::int64_t>(tree));
      features.push_back(node.feature);
      thresholds.push_back(node.threshold);
      lefts.push_back(node.left);
      rights.push_back(node.right);
      leaves.push_back(node.leaf);
    }
  }
  Table table;
  table.add(int_column("tree", std::move(trees)));
  table.add(int_column("feature", std::move(features)));
  table.add(double_column("threshold", std::move(thresholds)));
  table.add(int_column("left", std::move(lefts)));
  table.add(int_column("right", std::move(rights)));
  table.add(int_column("leaf", std::move(leaves)));
  return table;
}

Table leaves_table(const Forest& forest) {
  std::vector<std::int64_t> trees;
  std::vector<std::int64_t> leaves;
  std::vector<std::int64_t> classes;
  std::vector<double> shares;
  const auto n_classes = static_cast<std::size_t>(forest.n_classes);
  for (std::size_t tree = 0; tree < forest.trees.size(); ++tree) {
    const auto& values = forest.trees[tree].leaf_shares;
    for (std::size_t at = 0; at < values.size(); ++at) {
      if (values[at] <= 0) continue;
      trees.push_back(static_cast<std::int64_t>(tree));
      leaves.push_back(static_cast<std::int64_t>(at / n_classes));
      classes.push_back(static_cast<std::int64_t>(at % n_classes));
      shares.push_back(static_cast<double>(values[at]));
    }
  }
  Table table;
  table.add(int_column("tree", std::move(trees)));
  table.add(int_column("leaf", std::move(leaves)));
  table.add(int_column("class", std::move(classes)));
  table.add(double_column("share", std::move(shares)));
  return table;
}

Json rows_json(const Matrix& matrix) {
  Json rows = Json::array();
  for (std::size_t row = 0; row < matrix.n_rows(); ++row) {
    const auto values = matrix.row(row);
    rows.push_back(std::vector<double>(values.begin(), values.end()));
  }
  return rows;
}

Json input_json(const NumericInput& input) {
  return {{"name", input.name},
          {"column", input.column},
          {"transform", transform_name(input.transform)},
          {"composition", input.composition},
          {"factor", input.factor},
          {"fill", input.fill}};
}

Json famd_json(const Famd& famd, double scale) {
  return {{"numeric_names", famd.numeric_names},
          {"means", famd.means},
          {"deviations", famd.deviations},
          {"categorical_names", famd.categorical_names},
          {"levels", famd.levels},
          {"shares", famd.shares},
          {"eigenvalues", famd.eigenvalues},
          {"total_inertia", famd.total_inertia},
          {"numeric_weights", famd.numeric_weights},
          {"categorical_weights", famd.categorical_weights},
          {"scale", scale},
          {"loadings", rows_json(famd.loadings)}};
}

Json design_json(const DesignFit& design) {
  Json numeric = Json::array();
  for (const NumericInput& input : design.columns.context_numeric) numeric.push_back(input_json(input));
  Json categorical = Json::array();
  for (const CategoryInput& input : design.columns.context_categorical) {
    categorical.push_back({{"column", input.column}, {"factor", input.factor}});
  }
  Json behaviour = Json::array();
  for (std::size_t at = 0; at < design.columns.behaviour.size(); ++at) {
    Json input = input_json(design.columns.behaviour[at]);
    input["mean"] = design.behaviour_means[at];
    input["deviation"] = design.behaviour_deviations[at];
    behaviour.push_back(std::move(input));
  }
  Json compositions = Json::array();
  for (const Composition& composition : design.columns.compositions) {
    Json parts = Json::array();
    for (const CompositionPart& part : composition)
      parts.push_back({{"column", part.column}, {"fill", part.fill}});
    compositions.push_back(std::move(parts));
  }
  return {{"matrix_columns", design.names()},
          {"context_numeric", numeric},
          {"context_categorical", categorical},
          {"behaviour", behaviour},
          {"compositions", compositions},
          {"smallest_share", kSmallestShare},
          {"famd", famd_json(design.famd, design.famd_scale)}};
}

const char* prior_name(VariancePrior prior) {
  if (prior == VariancePrior::kNone) return "none";
  return prior == VariancePrior::kConjugate ? "conjugate" : "pooled";
}

Json mixture_json(const Model& model) {
  const MixtureModel& found = model.mixture;
  return {{"n_components", found.n_components},
          {"covariance", covariance_shape_name(found.mixture.shape)},
          {"prior", prior_name(found.prior)},
          {"n_starts", found.n_starts},
          {"outlier_probability", found.outlier_probability},
          {"n_clusters", model.clusters.n_clusters},
          {"n_noise", model.clusters.n_noise},
          {"weights", found.mixture.weights},
          {"means", rows_json(found.mixture.means)},
          {"covariances", rows_json(found.mixture.covariances)}};
}

Json hdbscan_json(const Model& whole) {
  const HdbscanModel& model = whole.hdbscan;
  const SelectionOptions& options = model.selection_options;
  Json persistence = Json::array();
  for (const double value : whole.clusters.persistence) persistence.push_back(number_or_null(value));
  return {{"min_samples", model.min_samples},
          {"metric", whole.metric == Metric::kManhattan ? "manhattan" : "euclidean"},
          {"min_cluster_size", options.min_cluster_size},
          {"cluster_selection_epsilon", options.cluster_selection_epsilon},
          {"cluster_selection_method", options.method == SelectionMethod::kLeaf ? "leaf" : "eom"},
          {"allow_single_cluster", options.single_cluster == SingleCluster::kAllow},
          {"max_cluster_size", options.max_cluster_size},
          {"fewest_clusters", options.limits.fewest_clusters},
          {"most_clusters", options.limits.most_clusters},
          {"smallest_share", options.limits.smallest_share},
          {"largest_share", options.limits.largest_share},
          {"tree_min_cluster_size", model.tree.min_cluster_size},
          {"n_clusters", whole.clusters.n_clusters},
          {"n_noise", whole.clusters.n_noise},
          {"persistence", persistence},
          {"tree_nodes", whole.clusters.tree_nodes}};
}

}  // namespace

void write_model(Engine& engine, const Model& model, const fs::path& folder) {
  Json files = Json::object();
  const auto write = [&](const char* name, const Table& table) {
    const std::int64_t n_rows = write_table(engine, table, folder / name);
    files[name] = {{"digest", digest_of_file(folder / name)}, {"n_rows", n_rows}};
  };
  write(package::kMatrixFile, matrix_table(model));
  write(package::kPointsFile, points_table(model));
  const bool by_density = model.method == ClusterMethod::kHdbscan;
  if (by_density) write(package::kTreeFile, tree_table(model.hdbscan.tree));
  write(package::kNodesFile, nodes_table(model.forest));
  write(package::kLeavesFile, leaves_table(model.forest));
  const Json features =
      model.features_document.empty() ? Json(nullptr) : Json::parse(model.features_document, nullptr, false);
  if (features.is_discarded()) throw bad_document("store_features.json", "is not whole JSON");
  const Json document = {
      {"kind", package::kKind},
      {"format", kModelFormat},
      {"preset", model.preset},
      {"method", cluster_method_name(model.method)},
      {"seed", model.seed},
      {"as_of", model.as_of ? Json(format_date(*model.as_of)) : Json(nullptr)},
      {"n_stores", model.store_ids.size()},
      {"cluster_ids", model.cluster_ids},
      {"design", design_json(model.design)},
      {by_density ? "hdbscan" : "mixture", by_density ? hdbscan_json(model) : mixture_json(model)},
      {"forest",
       {{"n_trees", model.forest.trees.size()},
        {"n_classes", model.forest.n_classes},
        {"n_features", model.forest.n_features}}},
      {"features", features},
      {"files", files}};
  write_in_staged_folder(folder / package::kModelFile, document.dump(1) + "\n");
}

}  // namespace aisle
