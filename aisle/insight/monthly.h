// Sales by month, of stores, clusters and the chain: data/artifacts/insight/monthly.json (shape:
// docs/insight.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aisle/insight/insight_data.h"

namespace aisle {

inline constexpr int kMonthlyFormat = 1;
// Money is counted in whole ten-thousandths.
inline constexpr double kUnitsPerMoney = 1e4;

struct Monthly {
  std::string fit;
  std::string absent;                  // why there is nothing; else ""
  std::vector<std::int64_t> months;    // year x 12 + month - 1, ascending, without gaps
  std::vector<std::uint8_t> complete;  // the facts cover the whole month
  // In 1e-4 money. A store without any sale has an empty row.
  std::vector<std::vector<std::int64_t>> stores;
  std::vector<std::int64_t> cluster_ids;  // of `clusters`
  std::vector<std::vector<std::int64_t>> clusters;
  std::vector<std::int64_t> chain;
};

// `store_months` as store_months.parquet has it. `from` and `until`: first and last day of the facts, days
// since 1970.
Monthly sales_by_month(const InsightData& data, const Table& store_months, std::int64_t from,
                       std::int64_t until);
std::string monthly_json(const Monthly& monthly);

}  // namespace aisle
