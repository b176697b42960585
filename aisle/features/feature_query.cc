#include "aisle/features/feature_query.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr std::size_t kMostNames = 500;
constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);

DataError shape_error(const FeatureGroup& group, std::string what, std::string expected) {
  return DataError({.where = group.file,
                    .what = std::move(what),
                    .expected = std::move(expected),
                    .remedy = "docs/how-to-add-a-feature.md shows the form"});
}

Table run(Engine& engine, const FeatureGroup& group) {
  try {
    return engine.query(group.sql);
  } catch (const DataError& error) {
    const std::string& line = error.parts().where;
    throw DataError({.where = line.empty() ? group.file : group.file + ": " + line,
                     .what = error.parts().what,
                     .expected = "a query that works on the tables of docs/features.md",
                     .remedy = ""});
  }
}

const Column& ids_of(const FeatureGroup& group, const Table& rows) {
  const Column* ids = rows.find("store_id");
  if (ids == nullptr)
    throw shape_error(group, "the query returns no column store_id", "store_id and the features");
  if (ids->type != ColumnType::kText) {
    throw shape_error(group, fmt::format("store_id is {}", column_type_name(ids->type)),
                      "text, as in the store tables");
  }
  if (ids->null_count() > 0) throw shape_error(group, "a row has no store_id", "a store in each row");
  return *ids;
}

// An all-null column of the wanted type; its values are set one by one.
Column empty_column(const std::string& name, ColumnType type, std::size_t n_stores) {
  Column column;
  column.name = name;
  column.type = type;
  if (type == ColumnType::kText)
    column.texts.resize(n_stores);
  else if (type == ColumnType::kDouble)
    column.doubles.resize(n_stores);
  else
    column.ints.resize(n_stores);
  column.is_null.assign(n_stores, 1);
  return column;
}

void copy_value(const Column& from, std::size_t row, Column& to, std::size_t store) {
  if (from.null_at(row)) return;
  to.is_null[store] = 0;
  if (from.type == ColumnType::kText)
    to.texts[store] = from.texts[row];
  else if (from.type == ColumnType::kDouble)
    to.doubles[store] = from.doubles[row];
  else
    to.ints[store] = from.ints[row];
}

// Values of null rows are 0 already, so a column of zeros needs only its marks taken away.
void settle_nulls(Column& column, MissingStores missing) {
  const bool is_number = column.type == ColumnType::kDouble || column.type == ColumnType::kInt64;
  if (column.null_count() == 0 || (missing == MissingStores::kZero && is_number)) column.is_null.clear();
}

void read_wide(const FeatureGroup& group, const Table& rows, const StoreRows& stores, std::size_t n_stores,
               QueryOutcome& outcome) {
  const Column& ids = ids_of(group, rows);
  if (rows.n_cols() < 2)
    throw shape_error(group, "the query returns store_id alone", "store_id and the features");
  std::vector<std::size_t> row_of(n_stores, kNoRow);
  for (std::size_t row = 0; row < rows.n_rows(); ++row) {
    const auto store = stores.find(ids.texts[row]);
    if (store == stores.end()) {
      ++outcome.n_unknown;
    } else if (std::exchange(row_of[store->second], row) != kNoRow) {
      throw shape_error(group, fmt::format("store {} is in two rows", ids.texts[row]), "one row a store");
    }
  }
  for (const Column& source : rows.columns()) {
    if (source.name == "store_id") continue;
    if (source.null_count() == source.size()) {
      outcome.without.push_back(source.name);
      continue;
    }
    Column column = empty_column(source.name, source.type, n_stores);
    for (std::size_t store = 0; store < n_stores; ++store) {
      if (row_of[store] != kNoRow) copy_value(source, row_of[store], column, store);
    }
    settle_nulls(column, group.missing);
    outcome.columns.push_back(std::move(column));
  }
}

void read_long(const FeatureGroup& group, const Table& rows, const StoreRows& stores, std::size_t n_stores,
               QueryOutcome& outcome) {
  const Column& ids = ids_of(group, rows);
  const Column* names = rows.find("name");
  const Column* values = rows.find("value");
  if (names == nullptr || values == nullptr || rows.n_cols() != 3 || names->type != ColumnType::kText ||
      values->type == ColumnType::kText) {
    throw shape_error(group, "the query's columns are not those of the long shape",
                      "store_id, name (text), value (a number)");
  }
  std::map<std::string, Column> by_name;
  for (std::size_t row = 0; row < rows.n_rows(); ++row) {
    const auto store = stores.find(ids.texts[row]);
    if (store == stores.end()) {
      ++outcome.n_unknown;
      continue;
    }
    auto [entry, is_new] = by_name.try_emplace(names->texts[row]);
    if (is_new) entry->second = empty_column(group.prefix + names->texts[row], ColumnType::kDouble, n_stores);
    if (by_name.size() > kMostNames) {
      throw shape_error(group, fmt::format("the query gives more than {} names", kMostNames),
                        "fewer: one column a name");
    }
    Column& column = entry->second;
    if (column.is_null[store->second] == 0) {
      throw shape_error(group,
                        fmt::format("store {} has two rows for '{}'", ids.texts[row], names->texts[row]),
                        "one row a store and name");
    }
    if (values->null_at(row)) continue;
    column.doubles[store->second] = values->number_at(row);
    column.is_null[store->second] = 0;
  }
  for (auto& [name, column] : by_name) {
    settle_nulls(column, group.missing);
    outcome.names.push_back(name);
    outcome.columns.push_back(std::move(column));
  }
}

}  // namespace

QueryOutcome run_feature_query(Engine& engine, const FeatureGroup& group, const StoreRows& stores,
                               std::size_t n_stores) {
  QueryOutcome outcome;
  const Table rows = run(engine, group);
  if (group.shape == QueryShape::kLong) {
    read_long(group, rows, stores, n_stores, outcome);
  } else {
    read_wide(group, rows, stores, n_stores, outcome);
  }
  return outcome;
}

}  // namespace aisle
