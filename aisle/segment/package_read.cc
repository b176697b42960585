#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>
#include <utility>

#include "aisle/base/digest.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/found_clusters.h"
#include "aisle/segment/identity.h"
#include "aisle/segment/json_fields.h"
#include "aisle/segment/package.h"
#include "aisle/segment/package_check.h"
#include "aisle/segment/package_files.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

NumericInput parse_input(const Json& json, const std::string& where) {
  NumericInput input;
  input.name = field<std::string>(json, "name", where);
  input.column = field<std::string>(json, "column", where);
  input.composition = field<int>(json, "composition", where);
  input.factor = field<double>(json, "factor", where);
  input.fill = field<double>(json, "fill", where);
  const auto transform = field<std::string>(json, "transform", where);
  for (const auto known :
       {ColumnTransform::kNone, ColumnTransform::kLog1p, ColumnTransform::kCentredLogRatio}) {
    if (transform != transform_name(known)) continue;
    input.transform = known;
    return input;
  }
  throw bad_document(where, fmt::format("has the unknown transform '{}'", transform));
}

Famd parse_famd(const Json& json, const std::string& where) {
  Famd famd;
  famd.numeric_names = field<std::vector<std::string>>(json, "numeric_names", where);
  famd.means = field<std::vector<double>>(json, "means", where);
  famd.deviations = field<std::vector<double>>(json, "deviations", where);
  famd.categorical_names = field<std::vector<std::string>>(json, "categorical_names", where);
  famd.levels = field<std::vector<std::vector<std::string>>>(json, "levels", where);
  famd.shares = field<std::vector<std::vector<double>>>(json, "shares", where);
  famd.eigenvalues = field<std::vector<double>>(json, "eigenvalues", where);
  famd.total_inertia = field<double>(json, "total_inertia", where);
  famd.numeric_weights = field<std::vector<double>>(json, "numeric_weights", where);
  famd.categorical_weights = field<std::vector<double>>(json, "categorical_weights", where);
  const auto rows = field<std::vector<std::vector<double>>>(json, "loadings", where);
  famd.loadings = Matrix(rows.size(), famd.eigenvalues.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].size() != famd.eigenvalues.size())
      throw bad_document(where, "has loadings of uneven length");
    std::copy(rows[row].begin(), rows[row].end(), famd.loadings.row(row).begin());
  }
  return famd;
}

DesignFit parse_design(const Json& json, const std::string& where) {
  DesignFit design;
  for (const Json& input : field<Json>(json, "context_numeric", where)) {
    design.columns.context_numeric.push_back(parse_input(input, where));
  }
  for (const Json& input : field<Json>(json, "context_categorical", where)) {
    design.columns.context_categorical.push_back({.column = field<std::string>(input, "column", where),
                                                  .factor = field<double>(input, "factor", where)});
  }
  for (const Json& input : field<Json>(json, "behaviour", where)) {
    design.columns.behaviour.push_back(parse_input(input, where));
    design.behaviour_means.push_back(field<double>(input, "mean", where));
    design.behaviour_deviations.push_back(field<double>(input, "deviation", where));
  }
  for (const Json& parts : field<Json>(json, "compositions", where)) {
    Composition composition;
    for (const Json& part : parts) {
      composition.push_back(
          {.column = field<std::string>(part, "column", where), .fill = field<double>(part, "fill", where)});
    }
    design.columns.compositions.push_back(std::move(composition));
  }
  const auto famd = field<Json>(json, "famd", where);
  design.famd = parse_famd(famd, where);
  design.famd_scale = field<double>(famd, "scale", where);
  return design;
}

void parse_hdbscan(const Json& json, const std::string& where, Model& whole) {
  HdbscanModel& model = whole.hdbscan;
  model.min_samples = field<int>(json, "min_samples", where);
  const auto metric = field<std::string>(json, "metric", where);
  if (metric != "manhattan" && metric != "euclidean") {
    throw bad_document(where, fmt::format("has the unknown metric '{}'", metric));
  }
  whole.metric = metric == "manhattan" ? Metric::kManhattan : Metric::kEuclidean;
  SelectionOptions& options = model.selection_options;
  options.min_cluster_size = field<int>(json, "min_cluster_size", where);
  options.cluster_selection_epsilon = field<double>(json, "cluster_selection_epsilon", where);
  const auto method = field<std::string>(json, "cluster_selection_method", where);
  if (method != "leaf" && method != "eom") {
    throw bad_document(where, fmt::format("has the unknown cluster_selection_method '{}'", method));
  }
  options.method = method == "leaf" ? SelectionMethod::kLeaf : SelectionMethod::kExcessOfMass;
  options.single_cluster =
      field<bool>(json, "allow_single_cluster", where) ? SingleCluster::kAllow : SingleCluster::kRefuse;
  options.max_cluster_size = field<int>(json, "max_cluster_size", where);
  // Packages of before limits lack these.
  if (json.contains("fewest_clusters")) {
    options.limits = {.fewest_clusters = field<int>(json, "fewest_clusters", where),
                      .most_clusters = field<int>(json, "most_clusters", where),
                      .smallest_share = field<double>(json, "smallest_share", where),
                      .largest_share = field<double>(json, "largest_share", where)};
  }
  model.tree.min_cluster_size = field<std::int32_t>(json, "tree_min_cluster_size", where);
  whole.clusters.n_clusters = field<std::int32_t>(json, "n_clusters", where);
  whole.clusters.n_noise = field<std::int64_t>(json, "n_noise", where);
  for (const Json& value : field<Json>(json, "persistence", where)) {
    whole.clusters.persistence.push_back(value.is_number() ? value.get<double>()
                                                           : std::numeric_limits<double>::quiet_NaN());
  }
  whole.clusters.tree_nodes = field<std::vector<std::int32_t>>(json, "tree_nodes", where);
}

Matrix parse_rows(const Json& json, const char* key, std::size_t n_cols, const std::string& where) {
  const auto rows = field<std::vector<std::vector<double>>>(json, key, where);
  Matrix matrix(rows.size(), n_cols);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].size() != n_cols) throw bad_document(where, fmt::format("has {} of another length", key));
    std::copy(rows[row].begin(), rows[row].end(), matrix.row(row).begin());
  }
  return matrix;
}

// Words for values, as model.json has them.
template <typename Value>
Value named(const Json& json, const char* key, std::initializer_list<std::pair<const char*, Value>> names,
            const std::string& where) {
  const auto word = field<std::string>(json, key, where);
  for (const auto& [name, value] : names) {
    if (word == name) return value;
  }
  throw bad_document(where, fmt::format("has the unknown {} '{}'", key, word));
}

void parse_mixture(const Json& json, const std::string& where, Model& whole) {
  MixtureModel& model = whole.mixture;
  model.n_components = field<int>(json, "n_components", where);
  model.n_starts = field<int>(json, "n_starts", where);
  model.outlier_probability = field<double>(json, "outlier_probability", where);
  model.prior = named<VariancePrior>(json, "prior",
                                     {{"none", VariancePrior::kNone},
                                      {"conjugate", VariancePrior::kConjugate},
                                      {"pooled", VariancePrior::kPooled}},
                                     where);
  model.mixture.shape = named<CovarianceShape>(json, "covariance",
                                               {{"spherical", CovarianceShape::kSpherical},
                                                {"diagonal", CovarianceShape::kDiagonal},
                                                {"full", CovarianceShape::kFull}},
                                               where);
  whole.clusters.n_clusters = field<std::int32_t>(json, "n_clusters", where);
  whole.clusters.n_noise = field<std::int64_t>(json, "n_noise", where);
  if (whole.clusters.n_clusters < 0) throw bad_document(where, "has an impossible number of clusters");
  whole.clusters.persistence.assign(static_cast<std::size_t>(whole.clusters.n_clusters),
                                    std::numeric_limits<double>::quiet_NaN());
  const std::size_t n_cols = whole.design.names().size();
  const CovarianceShape shape = model.mixture.shape;
  model.mixture.weights = field<std::vector<double>>(json, "weights", where);
  model.mixture.means = parse_rows(json, "means", n_cols, where);
  model.mixture.covariances = parse_rows(json, "covariances",
                                         shape == CovarianceShape::kFull       ? n_cols * n_cols
                                         : shape == CovarianceShape::kDiagonal ? n_cols
                                                                               : 1,
                                         where);
}

// Reads one Parquet file of the package after its digest was checked; knows its columns' names and types.
class PartReader {
 public:
  PartReader(Engine& engine, const fs::path& folder, const Json& files, const char* name)
      : file_(folder / name), where_(file_.string()) {
    if (!fs::exists(file_)) throw bad_document(where_, "is missing from the model package");
    const auto entry = field<Json>(files, name, (folder / package::kModelFile).string());
    if (digest_of_file(file_) != field<std::string>(entry, "digest", where_)) {
      throw bad_document(where_, "is damaged: its content is not what model.json says");
    }
    table_ = read_parquet(engine, file_);
  }

  const Table& table() const { return table_; }
  std::size_t n_rows() const { return table_.n_rows(); }

  const Column& column(const char* name, ColumnType type) const {
    const Column* found = table_.find(name);
    if (found == nullptr || found->type != type || found->null_count() > 0) {
      throw bad_document(where_,
                         fmt::format("lacks a whole column {} of type {}", name, column_type_name(type)));
    }
    return *found;
  }
  const std::vector<double>& doubles(const char* name) const {
    return column(name, ColumnType::kDouble).doubles;
  }
  std::vector<std::int32_t> ints(const char* name) const {
    const auto& values = column(name, ColumnType::kInt64).ints;
    for (const std::int64_t value : values) {
      if (value < std::numeric_limits<std::int32_t>::min() ||
          value > std::numeric_limits<std::int32_t>::max()) {
        throw bad_document(where_, fmt::format("has {} in {}, which is out of range", value, name));
      }
    }
    return {values.begin(), values.end()};
  }
  const std::string& where() const { return where_; }

 private:
  fs::path file_;
  std::string where_;
  Table table_;
};

void read_matrix(const PartReader& part, Model& model) {
  model.store_ids = part.column("store_id", ColumnType::kText).texts;
  const auto names = model.design.names();
  if (part.table().n_cols() != names.size() + 1) {
    throw bad_document(part.where(), fmt::format("has {} columns; model.json has {}",
                                                 part.table().n_cols() - 1, names.size()));
  }
  model.matrix = Matrix(part.n_rows(), names.size());
  for (std::size_t col = 0; col < names.size(); ++col) {
    const auto& values = part.doubles(fmt::format("{}:{}", col + 1, names[col]).c_str());
    for (std::size_t row = 0; row < values.size(); ++row) model.matrix(row, col) = values[row];
  }
}

void read_points(const PartReader& part, Model& model) {
  if (part.column("store_id", ColumnType::kText).texts != model.store_ids) {
    throw bad_document(part.where(), "has other stores than matrix.parquet");
  }
  if (model.method == ClusterMethod::kHdbscan) model.hdbscan.core_distances = part.doubles("core_distance");
  model.clusters.labels = part.ints("cluster");
  model.clusters.probabilities = part.doubles("probability");
  model.outlier_scores = part.doubles("outlier_score");
}

void read_tree(const PartReader& part, CondensedTree& tree) {
  const auto parents = part.ints("parent");
  const auto children = part.ints("child");
  const auto& lambdas = part.doubles("lambda");
  const auto sizes = part.ints("child_size");
  tree.edges.resize(parents.size());
  for (std::size_t at = 0; at < parents.size(); ++at) {
    tree.edges[at] = {
        .parent = parents[at], .child = children[at], .lambda = lambdas[at], .child_size = sizes[at]};
  }
}

std::size_t checked_tree(std::int32_t tree, const Forest& forest, const std::string& where) {
  if (tree < 0 || static_cast<std::size_t>(tree) >= forest.trees.size()) {
    throw bad_document(where, fmt::format("has tree {} of {}", tree, forest.trees.size()));
  }
  return static_cast<std::size_t>(tree);
}

void read_forest(const PartReader& nodes, const PartReader& leaves, Forest& forest) {
  const auto node_trees = nodes.ints("tree");
  const auto features = nodes.ints("feature");
  const auto& thresholds = nodes.doubles("threshold");
  const auto lefts = nodes.ints("left");
  const auto rights = nodes.ints("right");
  const auto node_leaves = nodes.ints("leaf");
  std::vector<std::size_t> n_leaves(forest.trees.size());
  for (std::size_t at = 0; at < node_trees.size(); ++at) {
    const std::size_t tree = checked_tree(node_trees[at], forest, nodes.where());
    forest.trees[tree].nodes.push_back({.feature = features[at],
                                        .threshold = thresholds[at],
                                        .left = lefts[at],
                                        .right = rights[at],
                                        .leaf = node_leaves[at]});
    if (features[at] < 0) ++n_leaves[tree];
  }
  const auto n_classes = static_cast<std::size_t>(forest.n_classes);
  for (std::size_t tree = 0; tree < forest.trees.size(); ++tree) {
    forest.trees[tree].leaf_shares.assign(n_leaves[tree] * n_classes, 0.0F);
  }
  const auto share_trees = leaves.ints("tree");
  const auto share_leaves = leaves.ints("leaf");
  const auto classes = leaves.ints("class");
  const auto& shares = leaves.doubles("share");
  for (std::size_t at = 0; at < share_trees.size(); ++at) {
    const std::size_t tree = checked_tree(share_trees[at], forest, leaves.where());
    if (share_leaves[at] < 0 || static_cast<std::size_t>(share_leaves[at]) >= n_leaves[tree] ||
        classes[at] < 0 || static_cast<std::size_t>(classes[at]) >= n_classes) {
      throw bad_document(leaves.where(), fmt::format("has leaf {} and class {}, which the forest lacks",
                                                     share_leaves[at], classes[at]));
    }
    forest.trees[tree].leaf_shares[static_cast<std::size_t>(share_leaves[at]) * n_classes +
                                   static_cast<std::size_t>(classes[at])] = static_cast<float>(shares[at]);
  }
}

void read_header(const Json& json, const std::string& where, Model& model) {
  model.preset = field<std::string>(json, "preset", where);
  const auto method = field<std::string>(json, "method", where);
  constexpr std::array methods = {ClusterMethod::kHdbscan, ClusterMethod::kGaussianMixture,
                                  ClusterMethod::kKmeans};
  const auto known = std::find_if(methods.begin(), methods.end(),
                                  [&](ClusterMethod one) { return method == cluster_method_name(one); });
  if (known == methods.end()) {
    throw DataError({.where = where,
                     .what = fmt::format("was made by the method '{}'", method),
                     .expected = "hdbscan, gaussian_mixture or kmeans",
                     .remedy = "update aisle, or run `aisle train` to make it anew"});
  }
  model.method = *known;
  model.seed = field<std::uint64_t>(json, "seed", where);
  const auto as_of = field<Json>(json, "as_of", where);
  if (!as_of.is_null()) model.as_of = parse_date(field<std::string>(json, "as_of", where), where);
  const auto features = field<Json>(json, "features", where);
  if (!features.is_null()) model.features_document = features.dump();
  model.design = parse_design(field<Json>(json, "design", where), where);
  if (model.method == ClusterMethod::kHdbscan) {
    parse_hdbscan(field<Json>(json, "hdbscan", where), where, model);
  } else {
    parse_mixture(field<Json>(json, "mixture", where), where, model);
  }
  const auto forest = field<Json>(json, "forest", where);
  const auto n_trees = field<std::int64_t>(forest, "n_trees", where);
  model.forest.n_classes = field<std::int32_t>(forest, "n_classes", where);
  model.forest.n_features = field<std::int32_t>(forest, "n_features", where);
  constexpr std::int64_t kMostTrees = 1'000'000;
  if (n_trees < 0 || n_trees > kMostTrees || model.forest.n_classes < 0 || model.forest.n_features < 0) {
    throw bad_document(where, "has a forest of impossible size");
  }
  model.forest.trees.resize(static_cast<std::size_t>(n_trees));
}

}  // namespace

Model read_model(Engine& engine, const fs::path& folder) {
  const fs::path file = folder / package::kModelFile;
  if (!fs::exists(file)) {
    throw DataError({.where = folder.string(),
                     .what = "holds no model",
                     .expected = "a model package with its model.json",
                     .remedy = "run `aisle train`"});
  }
  const std::string where = file.string();
  const Json json = parse_document(read_file(file), where, package::kKind, kModelFormat);
  Model model;
  read_header(json, where, model);
  const auto files = field<Json>(json, "files", where);
  read_matrix(PartReader(engine, folder, files, package::kMatrixFile), model);
  read_points(PartReader(engine, folder, files, package::kPointsFile), model);
  if (model.method == ClusterMethod::kHdbscan)
    model.hdbscan.tree.n_points = static_cast<std::int32_t>(model.store_ids.size());
  // Packages before identities lack the ids: there they are the labels.
  model.cluster_ids = json.contains("cluster_ids")
                          ? field<std::vector<std::int64_t>>(json, "cluster_ids", where)
                          : own_identity(model.clusters.n_clusters).ids;
  if (model.method == ClusterMethod::kHdbscan)
    read_tree(PartReader(engine, folder, files, package::kTreeFile), model.hdbscan.tree);
  read_forest(PartReader(engine, folder, files, package::kNodesFile),
              PartReader(engine, folder, files, package::kLeavesFile), model.forest);
  check_model(model, where);
  return model;
}

}  // namespace aisle
