#include "aisle/segment/verification.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "aisle/project/staged_output.h"
#include "aisle/segment/design_columns.h"
#include "aisle/segment/found_clusters.h"
#include "aisle/segment/identity.h"
#include "aisle/segment/json_fields.h"
#include "aisle/segment/limit_effect.h"
#include "aisle/segment/store_table.h"
#include "aisle/segment/tie_order.h"
#include "aisle/segment/verification_script.h"

namespace aisle {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"') result += '"';
    result += letter;
  }
  return result + '"';
}

std::string matrix_csv(const Model& model, const std::vector<std::size_t>& order) {
  std::string csv = "store_id";
  const auto names = model.design.names();
  for (std::size_t col = 0; col < names.size(); ++col)
    csv += "," + quoted(fmt::format("{}:{}", col + 1, names[col]));
  for (const std::size_t row : order) {
    csv += "\n" + quoted(model.store_ids[row]);
    for (const double value : model.matrix.row(row)) csv += fmt::format(",{}", value);
  }
  return csv + "\n";
}

// Clusters as other people's code can give them: without limits.
struct PlainClusters {
  ClusterSelection selection;
  std::vector<std::int64_t> ids;
  double dbcv = 0;
};

PlainClusters plain_clusters(const TrainedModel& trained) {
  const auto& limits = trained.metrics.limits;
  if (!limits) return {trained.model.clusters, trained.model.cluster_ids, trained.metrics.dbcv_score};
  ClusterSelection selection = select_without_limits(trained.model.hdbscan);
  const auto ids = own_identity(selection.n_clusters).ids;
  return {std::move(selection), ids, limits->without.dbcv};
}

std::string labels_csv(const Model& model, const PlainClusters& plain,
                       const std::vector<std::size_t>& order) {
  const ClusterSelection& found = plain.selection;
  const auto clusters = ids_of_labels(found.labels, plain.ids);
  std::string csv = "store_id,cluster,probability";
  for (const std::size_t row : order) {
    csv += fmt::format("\n{},{},{}", quoted(model.store_ids[row]), clusters[row], found.probabilities[row]);
  }
  return csv + "\n";
}

// Whether prince can do the same: it has no weights of columns.
bool is_plain_famd(const ModelColumns& columns) {
  if (columns.context_numeric.empty() || columns.context_categorical.empty()) return false;
  for (const NumericInput& input : columns.context_numeric) {
    if (input.factor != 1) return false;
  }
  for (const CategoryInput& input : columns.context_categorical) {
    if (input.factor != 1) return false;
  }
  return true;
}

std::string famd_csv(const TrainedModel& trained) {
  const ModelColumns& columns = trained.model.design.columns;
  const auto in_fit = trained.stores.column("in_fit").ints;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < in_fit.size(); ++row) {
    if (in_fit[row] != 0) rows.push_back(row);
  }
  const Table stores = trained.stores.take(rows);
  std::vector<std::string> said;
  const Matrix numbers = numeric_values(columns.context_numeric, columns.compositions, stores, said);
  std::string csv = "store_id";
  for (const NumericInput& input : columns.context_numeric) csv += "," + quoted(input.name);
  for (const CategoryInput& input : columns.context_categorical) csv += "," + quoted(input.column);
  for (std::size_t row = 0; row < stores.n_rows(); ++row) {
    csv += "\n" + quoted(stores.column(kStoreId).text_at(row));
    for (const double value : numbers.row(row)) csv += fmt::format(",{}", value);
    for (const CategoryInput& input : columns.context_categorical) {
      csv += "," + quoted(level_at(stores.column(input.column), row));
    }
  }
  return csv + "\n";
}

Json hdbscan_options(const Model& model) {
  const HdbscanModel& fit = model.hdbscan;
  const SelectionOptions& options = fit.selection_options;
  return {{"min_cluster_size", options.min_cluster_size},
          {"min_samples", fit.min_samples > 0 ? fit.min_samples : options.min_cluster_size},
          {"metric", model.metric == Metric::kManhattan ? "manhattan" : "euclidean"},
          {"cluster_selection_epsilon", options.cluster_selection_epsilon},
          {"cluster_selection_method", options.method == SelectionMethod::kLeaf ? "leaf" : "eom"},
          {"allow_single_cluster", options.single_cluster == SingleCluster::kAllow},
          {"max_cluster_size", options.max_cluster_size}};
}

Json rows_of(const Matrix& matrix) {
  Json rows = Json::array();
  for (std::size_t row = 0; row < matrix.n_rows(); ++row) {
    const auto values = matrix.row(row);
    rows.push_back(std::vector<double>(values.begin(), values.end()));
  }
  return rows;
}

// The densities that the stores were read by.
Json mixture_options(const Model& model) {
  const MixtureModel& found = model.mixture;
  return {{"method", cluster_method_name(model.method)},
          {"covariance", covariance_shape_name(found.mixture.shape)},
          {"outlier_probability", found.outlier_probability},
          {"weights", found.mixture.weights},
          {"means", rows_of(found.mixture.means)},
          {"covariances", rows_of(found.mixture.covariances)}};
}

}  // namespace

void write_verification(const TrainedModel& trained, const std::filesystem::path& folder) {
  const Model& model = trained.model;
  const auto order = tie_order(model.store_ids);
  const PlainClusters plain = plain_clusters(trained);
  Json famd = nullptr;
  if (is_plain_famd(model.design.columns)) {
    Json categorical = Json::array();
    for (const CategoryInput& input : model.design.columns.context_categorical)
      categorical.push_back(input.column);
    famd = {{"categorical", categorical}, {"eigenvalues", model.design.famd.eigenvalues}};
    write_in_staged_folder(folder / "famd_input.csv", famd_csv(trained));
  }
  const bool by_density = model.method == ClusterMethod::kHdbscan;
  const Json options = {{"kind", "aisle-verification"},
                        {"format", 1},
                        {"hdbscan", by_density ? hdbscan_options(model) : Json(nullptr)},
                        {"mixture", by_density ? Json(nullptr) : mixture_options(model)},
                        {"dbcv", number_or_null(plain.dbcv)},
                        {"famd", famd}};
  write_in_staged_folder(folder / "matrix.csv", matrix_csv(model, order));
  write_in_staged_folder(folder / "labels.csv", labels_csv(model, plain, order));
  write_in_staged_folder(folder / "options.json", options.dump(1) + "\n");
  write_in_staged_folder(folder / "verify.py", verification_script());
}

}  // namespace aisle
