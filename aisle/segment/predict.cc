#include "aisle/segment/predict.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "aisle/segment/identity.h"
#include "aisle/segment/new_stores.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

// Stores that are looked at together: bounds the memory, and fills the cores.
constexpr std::int64_t kStoresOfBlock = 131072;
constexpr const char* kBlockTable = "predicted_block";

// A column in which entries that are not `there` are null.
Column with_nulls(Column column, const std::vector<std::uint8_t>& there) {
  column.is_null.resize(there.size());
  for (std::size_t row = 0; row < there.size(); ++row) column.is_null[row] = there[row] != 0 ? 0 : 1;
  return column;
}

// `cluster_ids` by label, as in the model.
Table table_of(const Table& stores, const StorePredictions& predictions,
               const std::vector<std::int64_t>& cluster_ids) {
  const Assignments& found = predictions.assignments;
  const std::size_t n = stores.n_rows();
  std::vector<std::uint8_t> is_outlier(n);
  std::vector<std::uint8_t> has_next(n);
  for (std::size_t row = 0; row < n; ++row) {
    is_outlier[row] = found.in_fit[row] != 0 && found.cluster[row] < 0 ? 1 : 0;
    has_next[row] = predictions.next_cluster[row] >= 0 ? 1 : 0;
  }
  Table table;
  table.add(stores.column(kStoreId));
  table.add(int_column("cluster_final", ids_of_labels(found.cluster_final, cluster_ids)));
  table.add(int_column("cluster", ids_of_labels(found.cluster, cluster_ids)));
  table.add(bool_column("is_inferred", found.is_inferred));
  table.add(double_column("probability", found.probability));
  table.add(with_nulls(double_column("inferred_share", found.inferred_share), found.is_inferred));
  table.add(
      with_nulls(int_column("next_cluster", ids_of_labels(predictions.next_cluster, cluster_ids)), has_next));
  table.add(with_nulls(double_column("next_strength", predictions.next_strength), has_next));
  table.add(with_nulls(bool_column("is_outlier", is_outlier), found.in_fit));
  table.add(with_nulls(double_column("outlier_score", found.outlier_score), found.in_fit));
  return table;
}

void count(const StorePredictions& predictions, PredictionCounts& counts) {
  const Assignments& found = predictions.assignments;
  counts.n_stores += static_cast<std::int64_t>(found.cluster.size());
  for (std::size_t row = 0; row < found.cluster.size(); ++row) {
    if (found.in_fit[row] != 0 && found.cluster[row] < 0) ++counts.n_outliers;
    if (found.in_fit[row] == 0 && found.is_inferred[row] != 0) ++counts.n_short;
    if (found.cluster_final[row] < 0) ++counts.n_left_out;
  }
}

// The next-best of a store that has its cluster by the forest: of the others the first with the most votes.
void next_by_votes(std::span<const double> shares, std::size_t row, StorePredictions& result) {
  result.next_cluster[row] = -1;
  result.next_strength[row] = 0;
  for (std::size_t cluster = 0; cluster < shares.size(); ++cluster) {
    const auto label = static_cast<std::int32_t>(cluster);
    if (label == result.assignments.cluster_final[row] || shares[cluster] <= result.next_strength[row])
      continue;
    result.next_cluster[row] = label;
    result.next_strength[row] = shares[cluster];
  }
}

}  // namespace

StorePredictor::StorePredictor(const Model& model) : model_(model), clusters_(model) {}

StorePredictions StorePredictor::predict(const Table& stores, const CancelFlag* cancel) const {
  std::vector<std::string> said;  // open_new_stores has counted it over all stores
  const Matrix points = project_design(model_.design, stores, said);
  const Prediction found = clusters_.read(points, cancel);
  const std::size_t n = stores.n_rows();
  StorePredictions result{.assignments = empty_assignments(n),
                          .next_cluster = std::vector<std::int32_t>(n, -1),
                          .next_strength = std::vector<double>(n)};
  Assignments& given = result.assignments;
  given.in_fit = eligibility(stores);
  const auto is_short = assigned_afterwards(stores);
  std::vector<std::size_t> inferred;
  for (std::size_t row = 0; row < n; ++row) {
    if (given.in_fit[row] != 0) {
      given.cluster[row] = given.cluster_final[row] = found.labels[row];
      given.probability[row] = found.probabilities[row];
      given.outlier_score[row] = found.outlier_scores[row];
      result.next_cluster[row] = found.next_labels[row];
      result.next_strength[row] = found.next_strengths[row];
    }
    const bool is_found = given.cluster[row] >= 0;
    if (!is_found && (given.in_fit[row] != 0 || is_short[row] != 0)) inferred.push_back(row);
  }
  const Matrix shares = infer_clusters(model_.forest, rows_of(points, inferred), inferred, given);
  for (std::size_t at = 0; at < shares.n_rows(); ++at) next_by_votes(shares.row(at), inferred[at], result);
  return result;
}

PredictionCounts predict_new_stores(EmbeddedEngine& engine, const Model& model, std::int64_t n_stores,
                                    const std::string& name, const CancelFlag* cancel,
                                    const ProgressFunction& progress) {
  const StorePredictor predictor(model);
  PredictionCounts counts;
  engine.execute(fmt::format("DROP TABLE IF EXISTS {}", sql_name(name)));
  for (std::int64_t first = 0; first < n_stores || first == 0; first += kStoresOfBlock) {
    const Table stores = new_stores_block(engine, model, first, kStoresOfBlock);
    const StorePredictions predictions = predictor.predict(stores, cancel);
    count(predictions, counts);
    engine.put_table(first == 0 ? name : kBlockTable, table_of(stores, predictions, model.cluster_ids));
    if (first > 0)
      engine.execute(fmt::format("INSERT INTO {} SELECT * FROM {}", sql_name(name), kBlockTable));
    if (progress) {
      progress(static_cast<std::size_t>(counts.n_stores), static_cast<std::size_t>(n_stores));
    }
  }
  return counts;
}

}  // namespace aisle
