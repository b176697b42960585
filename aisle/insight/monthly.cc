#include "aisle/insight/monthly.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "aisle/insight/numbers_json.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

std::int64_t first_day_of(std::int64_t month_number) {
  return days_from_civil(static_cast<int>(month_number / 12), static_cast<int>(month_number % 12) + 1, 1);
}

Json money_json(const std::vector<std::int64_t>& units) {
  Json list = Json::array();
  for (const std::int64_t value : units) {
    // Hundredths, the half away from zero, in whole numbers.
    const std::int64_t hundredths = (value >= 0 ? value + 50 : value - 50) / 100;
    list.push_back(static_cast<double>(hundredths) / 100);
  }
  return list;
}

Json money_json(const std::vector<std::vector<std::int64_t>>& rows) {
  Json list = Json::array();
  for (const auto& row : rows) list.push_back(row.empty() ? Json(nullptr) : money_json(row));
  return list;
}

}  // namespace

Monthly sales_by_month(const InsightData& data, const Table& store_months, std::int64_t from,
                       std::int64_t until) {
  Monthly result;
  result.fit = data.metrics.fit;
  result.stores.resize(data.clusters.n_stores());
  if (store_months.n_rows() == 0) {
    result.absent = "No sale has a day.";
    return result;
  }
  const auto& numbers = store_months.column("month_number").ints;
  const auto [first, last] = std::minmax_element(numbers.begin(), numbers.end());
  const std::int64_t begin = *first;
  for (std::int64_t month = begin; month <= *last; ++month) {
    result.months.push_back(month);
    result.complete.push_back(from <= first_day_of(month) && until >= first_day_of(month + 1) - 1 ? 1 : 0);
  }
  const std::size_t n_months = result.months.size();
  const Column& ids = data.stores.column(kStoreId);
  std::unordered_map<std::string_view, std::size_t> row_of;
  for (std::size_t row = 0; row < ids.size(); ++row) row_of.emplace(ids.texts[row], row);
  result.cluster_ids = data.clusters.ids;
  result.clusters.assign(data.n_clusters(), std::vector<std::int64_t>(n_months));
  result.chain.assign(n_months, 0);
  const Column& store_ids = store_months.column(kStoreId);
  const auto& units = store_months.column("revenue_units").ints;
  for (std::size_t at = 0; at < units.size(); ++at) {
    const auto found = row_of.find(store_ids.texts[at]);
    if (found == row_of.end()) continue;
    const std::size_t row = found->second;
    const auto month = static_cast<std::size_t>(numbers[at] - begin);
    if (result.stores[row].empty()) result.stores[row].assign(n_months, 0);
    result.stores[row][month] += units[at];
    result.chain[month] += units[at];
    const std::int32_t cluster = data.clusters.final_cluster[row];
    if (cluster >= 0) result.clusters[static_cast<std::size_t>(cluster)][month] += units[at];
  }
  return result;
}

std::string monthly_json(const Monthly& monthly) {
  Json months = Json::array();
  for (const std::int64_t month : monthly.months) {
    months.push_back(fmt::format("{:04}-{:02}", month / 12, month % 12 + 1));
  }
  return document_text({{"kind", "aisle-monthly"},
                        {"format", kMonthlyFormat},
                        {"fit", monthly.fit},
                        {"absent", text_or_null(monthly.absent)},
                        {"months", months},
                        {"complete", monthly.complete},
                        {"sales", money_json(monthly.stores)},
                        {"clusters", monthly.cluster_ids},
                        {"by_cluster", money_json(monthly.clusters)},
                        {"chain", money_json(monthly.chain)}});
}

}  // namespace aisle
