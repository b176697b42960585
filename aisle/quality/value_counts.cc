#include "aisle/quality/value_counts.h"

#include <fmt/format.h>

#include <algorithm>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

// -1, 0 or 1; neither value is null.
int compare_values(const Column& column, std::size_t left, std::size_t right) {
  const auto order = [](const auto& values, std::size_t one, std::size_t other) {
    return values[one] < values[other] ? -1 : values[other] < values[one] ? 1 : 0;
  };
  if (column.type == ColumnType::kText) return order(column.texts, left, right);
  if (column.type == ColumnType::kDouble) return order(column.doubles, left, right);
  return order(column.ints, left, right);
}

}  // namespace

void ValueCounts::add_column(const std::string& column) {
  if (!has(column)) columns_.push_back(column);
}

void ValueCounts::add_reference(const std::string& column, const std::string& table, const std::string& key) {
  add_column(column);
  references_.push_back({place(column), table, key});
}

bool ValueCounts::has(const std::string& column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::size_t ValueCounts::place(const std::string& column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) throw InternalError({"ValueCounts", column + " was not counted", "", ""});
  return static_cast<std::size_t>(found - columns_.begin());
}

// A row counts a value of one column: the one that it is grouped by.
bool ValueCounts::counts_column(std::size_t column, std::size_t row) const {
  return counts_.column(fmt::format("g{}", column)).ints[row] == 0;
}

void ValueCounts::run(Engine& engine, const TableSchema& table, const RuleScope& scope) {
  if (columns_.empty()) return;
  std::string list, sets, known, joins;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    const std::string column = column_sql(columns_[at]);
    list += fmt::format("grouping({0}) AS g{1}, {0} AS v{1}, ", column, at);
    sets += (at == 0 ? "(" : ", (") + column + ")";
  }
  for (std::size_t at = 0; at < references_.size(); ++at) {
    const Reference& reference = references_[at];
    known += fmt::format(", (r{0}.the_key IS NOT NULL) AS known{0}", at);
    joins += fmt::format(
        " LEFT JOIN (SELECT DISTINCT {0} AS the_key FROM {1}) AS r{2} ON k.g{3} = 0 AND r{2}.the_key = "
        "k.v{3}",
        sql_name(reference.key), scope.view_of(reference.table), at, reference.column);
  }
  counts_ = engine.query(
      fmt::format("SELECT k.*{} FROM (SELECT {}count(*) AS n {} GROUP BY GROUPING SETS ({})) AS k{}", known,
                  list, from_clause(table.name, {}), sets, joins));
}

std::int64_t ValueCounts::n_null(const std::string& column) const {
  const std::size_t at = place(column);
  const Column& values = counts_.column(fmt::format("v{}", at));
  std::int64_t count = 0;
  for (std::size_t row = 0; row < counts_.n_rows(); ++row) {
    if (values.null_at(row) && counts_column(at, row)) count += counts_.column("n").ints[row];
  }
  return count;
}

Table ValueCounts::unknown(const std::string& column, const std::string& table,
                           const std::string& key) const {
  const std::size_t at = place(column);
  std::size_t reference = 0;
  while (references_[reference].column != at || references_[reference].table != table ||
         references_[reference].key != key) {
    ++reference;
  }
  Column values = counts_.column(fmt::format("v{}", at));
  Column n = counts_.column("n");
  const Column& known = counts_.column(fmt::format("known{}", reference));
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < counts_.n_rows(); ++row) {
    if (!values.null_at(row) && known.ints[row] == 0 && counts_column(at, row)) rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end(), [&](std::size_t left, std::size_t right) {
    if (n.ints[left] != n.ints[right]) return n.ints[left] > n.ints[right];
    return compare_values(values, left, right) < 0;
  });
  values.name = "v0";
  Table all;
  all.add(std::move(values));
  all.add(std::move(n));
  return all.take(rows);
}

VolumeHistory ValueCounts::days(const std::string& column) const {
  const std::size_t at = place(column);
  const Column& values = counts_.column(fmt::format("v{}", at));
  VolumeHistory days;
  for (std::size_t row = 0; row < counts_.n_rows(); ++row) {
    if (values.null_at(row) || !counts_column(at, row)) continue;
    days.push_back({values.ints[row], counts_.column("n").ints[row], -1});
  }
  std::sort(days.begin(), days.end(),
            [](const auto& left, const auto& right) { return left.day < right.day; });
  return days;
}

}  // namespace aisle
