#include "aisle/segment/store_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr const char* kOpeningDate = "opening_date";
constexpr const char* kFitReason = "fit_reason";
constexpr const char* kTooShort = "too short";
constexpr double kDaysPerYear = 365.25;

std::vector<std::string> checked_ids(const Table& features) {
  const Column* ids = features.find(kStoreId);
  if (ids == nullptr) {
    throw DataError({.where = "store_features",
                     .what = "there is no column store_id",
                     .expected = "one row a store, with its id",
                     .remedy = "run `aisle features`"});
  }
  std::vector<std::string> texts(ids->size());
  for (std::size_t row = 0; row < texts.size(); ++row) {
    texts[row] = ids->text_at(row);
    if (texts[row].empty()) {
      throw DataError({.where = fmt::format("store_features: row {}", row + 1),
                       .what = "the store has no id",
                       .expected = "",
                       .remedy = ""});
    }
  }
  return texts;
}

void add_years_open(Table& stores, std::optional<std::int64_t> as_of) {
  const Column* opening = stores.find(kOpeningDate);
  if (opening == nullptr || opening->type != ColumnType::kDate || stores.find(kYearsOpen) != nullptr) return;
  if (!as_of) {
    throw DataError({.where = "store_features",
                     .what = "it is not known on which day the stores' ages are measured",
                     .expected = "store_features.json with its as_of",
                     .remedy = "run `aisle features`, or set features.as_of"});
  }
  Column years = double_column(kYearsOpen, std::vector<double>(opening->size()));
  years.is_null = opening->is_null;
  for (std::size_t row = 0; row < opening->size(); ++row) {
    if (!opening->null_at(row)) {
      years.doubles[row] = static_cast<double>(*as_of - opening->ints[row]) / kDaysPerYear;
    }
  }
  stores.add(std::move(years));
}

}  // namespace

Table canonical_stores(const Table& features, std::optional<std::int64_t> as_of) {
  const auto ids = checked_ids(features);
  std::vector<std::size_t> order(ids.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ids[a] < ids[b]; });
  for (std::size_t at = 1; at < order.size(); ++at) {
    if (ids[order[at]] == ids[order[at - 1]]) {
      throw DataError({.where = "store_features",
                       .what = fmt::format("the store {} is there twice", ids[order[at]]),
                       .expected = "one row a store",
                       .remedy = ""});
    }
  }
  Table stores = features.take(order);
  add_years_open(stores, as_of);
  return stores;
}

std::vector<std::uint8_t> eligibility(const Table& stores) {
  std::vector<std::uint8_t> eligible(stores.n_rows(), 1);
  const Column* column = stores.find(kFitEligible);
  if (column == nullptr) return eligible;
  for (std::size_t row = 0; row < eligible.size(); ++row) {
    eligible[row] = !column->null_at(row) && column->number_at(row) != 0 ? 1 : 0;
  }
  return eligible;
}

std::vector<std::uint8_t> assigned_afterwards(const Table& stores) {
  std::vector<std::uint8_t> assigned = eligibility(stores);
  const Column* reasons = stores.find(kFitReason);
  for (std::size_t row = 0; row < assigned.size(); ++row) {
    const bool young = reasons == nullptr || reasons->text_at(row) == kTooShort;
    assigned[row] = assigned[row] == 0 && young ? 1 : 0;
  }
  return assigned;
}

std::string level_at(const Column& column, std::size_t row) {
  return column.null_at(row) ? std::string(kMissingLevel) : column.text_at(row);
}

Levels levels_of(const Column& column) {
  Levels levels;
  const std::size_t n_rows = column.size();
  std::vector<std::string> texts(n_rows);
  for (std::size_t row = 0; row < n_rows; ++row) texts[row] = level_at(column, row);
  levels.names = texts;
  std::sort(levels.names.begin(), levels.names.end());
  levels.names.erase(std::unique(levels.names.begin(), levels.names.end()), levels.names.end());
  levels.codes.resize(n_rows);
  for (std::size_t row = 0; row < n_rows; ++row) {
    const auto found = std::lower_bound(levels.names.begin(), levels.names.end(), texts[row]);
    levels.codes[row] = static_cast<std::int32_t>(found - levels.names.begin());
  }
  return levels;
}

}  // namespace aisle
