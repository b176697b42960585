#include "aisle/insight/change.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "aisle/cluster/matching.h"
#include "aisle/cluster/validity.h"
#include "aisle/insight/numbers_json.h"

namespace aisle {
namespace {

// Each store's place in `labels`, -1 for none. Fills in `labels`.
std::vector<std::int32_t> label_codes(const Column& column, Change& change) {
  std::map<std::string, std::int64_t> counts;
  for (std::size_t row = 0; row < column.size(); ++row) {
    const std::string label = column.text_at(row);
    if (label.empty()) {
      ++change.n_without_label;
    } else {
      ++counts[label];
    }
  }
  std::vector<std::pair<std::string, std::int64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::map<std::string, std::int32_t> place;
  for (const auto& entry : order) {
    place[entry.first] = static_cast<std::int32_t>(change.labels.size());
    change.labels.push_back(entry.first);
  }
  std::vector<std::int32_t> codes(column.size(), -1);
  for (std::size_t row = 0; row < codes.size(); ++row) {
    const auto found = place.find(column.text_at(row));
    if (found != place.end()) codes[row] = found->second;
  }
  return codes;
}

void cross(const InsightData& data, const std::vector<std::int32_t>& codes, Change& change) {
  const Column* revenue = data.stores.find("total_revenue");
  change.stores.assign(change.labels.size(), std::vector<std::int64_t>(change.cluster_ids.size()));
  change.revenue.assign(change.labels.size(), std::vector<double>(change.cluster_ids.size()));
  change.unassigned.assign(change.labels.size(), 0);
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (codes[row] < 0) continue;
    const auto label = static_cast<std::size_t>(codes[row]);
    const std::int32_t cluster = data.clusters.final_cluster[row];
    if (cluster < 0) {
      ++change.unassigned[label];
      continue;
    }
    ++change.stores[label][static_cast<std::size_t>(cluster)];
    change.revenue[label][static_cast<std::size_t>(cluster)] += number_or_zero(revenue, row);
  }
}

void count_moves(Change& change) {
  const std::size_t n_clusters = change.cluster_ids.size();
  Matrix weights(change.labels.size(), n_clusters);
  for (std::size_t label = 0; label < change.labels.size(); ++label) {
    for (std::size_t cluster = 0; cluster < n_clusters; ++cluster) {
      weights(label, cluster) = static_cast<double>(change.stores[label][cluster]);
    }
  }
  change.match = maximum_weight_matching(weights);
  for (std::size_t label = 0; label < change.labels.size(); ++label) {
    for (std::size_t cluster = 0; cluster < n_clusters; ++cluster) {
      const bool stays = change.match[label] == static_cast<std::int32_t>(cluster);
      (stays ? change.n_stay : change.n_move) += change.stores[label][cluster];
      (stays ? change.revenue_stay : change.revenue_move) += change.revenue[label][cluster];
    }
  }
}

double likeness(const InsightData& data, const std::vector<std::int32_t>& codes) {
  std::vector<std::int32_t> labels;
  std::vector<std::int32_t> clusters;
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (codes[row] < 0 || data.clusters.final_cluster[row] < 0) continue;
    labels.push_back(codes[row]);
    clusters.push_back(data.clusters.final_cluster[row]);
  }
  if (labels.empty()) return std::numeric_limits<double>::quiet_NaN();
  return adjusted_rand_index(labels, clusters);
}

}  // namespace

Change compare_with_today(const InsightData& data) {
  Change change;
  change.fit = data.metrics.fit;
  change.cluster_ids = data.clusters.ids;
  const Column* today = data.stores.find(kLabelToday);
  const bool has_labels = today != nullptr && today->null_count() < today->size();
  if (!has_labels || change.cluster_ids.empty()) {
    change.absent = has_labels ? "No cluster was found." : "The stores have no current_cluster_label.";
    change.adjusted_rand_index = std::numeric_limits<double>::quiet_NaN();
    return change;
  }
  const auto codes = label_codes(*today, change);
  cross(data, codes, change);
  count_moves(change);
  change.adjusted_rand_index = likeness(data, codes);
  return change;
}

std::string change_json(const Change& change) {
  Json revenue = Json::array();
  for (const auto& row : change.revenue) revenue.push_back(numbers_json(row));
  Json match = Json::array();
  for (const std::int32_t cluster : change.match) match.push_back(id_or_null(cluster, change.cluster_ids));
  return document_text({{"kind", "aisle-change"},
                        {"format", kChangeFormat},
                        {"fit", change.fit},
                        {"absent", text_or_null(change.absent)},
                        {"column", kLabelToday},
                        {"labels", change.labels},
                        {"clusters", change.cluster_ids},
                        {"stores", change.stores},
                        {"revenue", revenue},
                        {"unassigned", change.unassigned},
                        {"match", match},
                        {"n_stores", change.n_stay + change.n_move},
                        {"n_stay", change.n_stay},
                        {"n_move", change.n_move},
                        {"revenue_stay", number_json(change.revenue_stay)},
                        {"revenue_move", number_json(change.revenue_move)},
                        {"n_without_label", change.n_without_label},
                        {"adjusted_rand_index", number_json(change.adjusted_rand_index)}});
}

}  // namespace aisle
