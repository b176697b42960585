#include "aisle/features/feature_catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "aisle/base/errors.h"
#include "aisle/features/embedded_sql.h"

namespace aisle {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1));
}

std::vector<std::string> split(std::string_view text, char mark) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find(mark), text.size());
    parts.push_back(trimmed(text.substr(0, at)));
    text.remove_prefix(std::min(at + 1, text.size()));
  }
  return parts;
}

struct HeadLine {
  int number;
  std::string key;
  std::string value;
};

DataError head_error(const std::string& file, int line, std::string what, std::string expected) {
  return DataError({.where = fmt::format("{}: line {}", file, line),
                    .what = std::move(what),
                    .expected = std::move(expected),
                    .remedy = "docs/how-to-add-a-feature.md shows the form"});
}

// The "-- key: value" lines at the head; the first line that is no comment ends it.
std::vector<HeadLine> head_of(std::string_view text, const std::string& file) {
  std::vector<HeadLine> lines;
  for (int number = 1; text.starts_with("--"); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(2, end - 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      throw head_error(file, number, fmt::format("'--{}' is no line of a head", line), "-- key: value");
    }
    lines.push_back({number, trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1))});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

FeatureColumn column_of(const HeadLine& line, const std::string& file) {
  const std::vector<std::string> parts = split(line.value, '|');
  if (parts.size() != 3 || parts[0].empty()) {
    throw head_error(file, line.number, fmt::format("column '{}' has {} parts", line.value, parts.size()),
                     "name | unit | description");
  }
  return {parts[0], parts[1], parts[2]};
}

std::string one_of(const HeadLine& line, const std::string& file, const std::string& known) {
  if (line.value != known) {
    throw head_error(file, line.number, fmt::format("{} is '{}'", line.key, line.value),
                     fmt::format("'{}'", known));
  }
  return known;
}

WorkingTable read_working_table(const EmbeddedSql& embedded) {
  WorkingTable table;
  table.file = std::string(embedded.file);
  table.sql = std::string(embedded.text);
  for (const HeadLine& line : head_of(embedded.text, table.file)) {
    if (line.key == "table") table.name = line.value;
    if (line.key == "about") table.about = line.value;
    if (line.key == "column") table.columns.push_back(column_of(line, table.file));
  }
  return table;
}

std::vector<WorkingTable> made_in_cpp() {
  return {
      {"stores",
       "The store list: one row a store that is in every store table there is, with all its attributes.",
       {{"store_id", "text", "the store's key"}},
       "",
       ""},
      {"products",
       "The products: one row each.",
       {{"product_id", "text", "the product's key"},
        {"category", "text", "its category, where there is one"},
        {"mix", "text", "the column of features.mix_column, where there is one"},
        {"base_price_units", "1e-4 money", "list price, where there is one"}},
       "",
       ""},
      {"sale_lines",
       "The sale lines that count: inside features.from and features.until, of known products, returns as "
       "features.returns says.",
       {{"store_id", "text", ""},
        {"product_id", "text", ""},
        {"date", "day", ""},
        {"qty", "units", ""},
        {"price_units", "1e-4 money", "price of a unit"},
        {"revenue_units", "1e-4 money", "qty x price, or sale_amount"}},
       "",
       ""},
      {"stock_lines",
       "The stock counts inside features.from and features.until, where there is an inventory.",
       {{"store_id", "text", ""},
        {"product_id", "text", ""},
        {"snapshot_date", "day", ""},
        {"qty_on_hand", "units", ""}},
       "",
       ""},
      {"feature_window",
       "One row: what time the features look at.",
       {{"from_day", "day", "first day with a sale"},
        {"until_day", "day", "last day with a sale"},
        {"as_of", "day", "the day on which ages are measured"},
        {"last_week", "number", "last whole week: weeks since Monday 1969-12-29"},
        {"last_month", "number", "last whole month: year x 12 + month - 1"},
        {"summer_first", "month", "first month of summer"},
        {"summer_last", "month", "last month of summer"}},
       "",
       ""},
      {"calendar",
       "One row a day of the window, and the day before it.",
       {{"date", "day", ""},
        {"december_days", "days",
         "days of December from the window's first day up to this one, both counted"},
        {"summer_days", "days", "days of summer, counted likewise"}},
       "",
       ""},
  };
}

}  // namespace

FeatureGroup read_feature_group(std::string_view text, const std::string& file) {
  FeatureGroup group;
  group.file = file;
  group.sql = std::string(text);
  const std::map<std::string, std::function<void(const HeadLine&)>> readers = {
      {"group", [&](const HeadLine& line) { group.name = line.value; }},
      {"title", [&](const HeadLine& line) { group.title = line.value; }},
      {"about", [&](const HeadLine& line) { group.about = line.value; }},
      {"needs", [&](const HeadLine& line) { group.needs = split(line.value, ','); }},
      {"reads", [&](const HeadLine& line) { group.reads = split(line.value, ','); }},
      {"prefix", [&](const HeadLine& line) { group.prefix = line.value; }},
      {"column", [&](const HeadLine& line) { group.columns.push_back(column_of(line, file)); }},
      {"switchable", [&](const HeadLine& line) { group.switchable = one_of(line, file, "no") != "no"; }},
      {"shape",
       [&](const HeadLine& line) {
         one_of(line, file, "long");
         group.shape = QueryShape::kLong;
       }},
      {"missing",
       [&](const HeadLine& line) {
         one_of(line, file, "0");
         group.missing = MissingStores::kZero;
       }},
  };
  for (const HeadLine& line : head_of(text, file)) {
    const auto reader = readers.find(line.key);
    if (reader == readers.end()) {
      throw head_error(file, line.number, fmt::format("there is no key '{}'", line.key),
                       "group, title, about, needs, reads, switchable, shape, prefix, missing or column");
    }
    reader->second(line);
  }
  return group;
}

const std::vector<FeatureGroup>& feature_catalogue() {
  static const std::vector<FeatureGroup> groups = [] {
    std::vector<FeatureGroup> all;
    for (const EmbeddedSql& embedded : embedded_sql()) {
      if (!embedded.file.starts_with("sql/features/")) continue;
      all.push_back(read_feature_group(embedded.text, std::string(embedded.file)));
    }
    return all;
  }();
  return groups;
}

const std::vector<WorkingTable>& working_table_catalogue() {
  static const std::vector<WorkingTable> tables = [] {
    std::vector<WorkingTable> all = made_in_cpp();
    for (const EmbeddedSql& embedded : embedded_sql()) {
      if (embedded.file.starts_with("sql/base/")) all.push_back(read_working_table(embedded));
    }
    return all;
  }();
  return tables;
}

}  // namespace aisle
