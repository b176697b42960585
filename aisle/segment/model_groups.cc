#include "aisle/segment/model_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/features/feature_catalogue.h"
#include "aisle/segment/terms.h"

namespace aisle {
namespace {

// The entry without its weight: "clr(mix_*)".
std::string without_weight(const std::string& text) {
  const ColumnEntry entry = parse_column_entry(text, "model");
  if (entry.transform == ColumnTransform::kNone) return entry.pattern;
  return fmt::format("{}({})", transform_name(entry.transform), entry.pattern);
}

// The feature group whose columns the pattern names; "" for columns of none.
std::string group_of(const std::string& pattern) {
  for (const FeatureGroup& group : feature_catalogue()) {
    for (const FeatureColumn& column : group.columns) {
      if (column.name == pattern || column_matches(column.name, pattern)) return group.name;
    }
  }
  return "";
}

bool is_of_group(const std::string& text, const std::string& group) {
  const ColumnEntry entry = parse_column_entry(text, "model");
  return group == text || group == without_weight(text) || group == entry.pattern ||
         group == group_of(entry.pattern);
}

std::vector<std::string*> entries_of(Options& options, const std::string& group) {
  std::vector<std::string*> entries;
  for (auto* list : {&options.model.context, &options.model.behaviour}) {
    for (std::string& text : *list) {
      if (is_of_group(text, group)) entries.push_back(&text);
    }
  }
  return entries;
}

}  // namespace

void check_group(const Options& options, const std::string& group, const std::string& where) {
  Options copy = options;
  if (!entries_of(copy, group).empty()) return;
  std::set<std::string> names;
  for (const auto* list : {&options.model.context, &options.model.behaviour}) {
    for (const std::string& text : *list) {
      const std::string pattern = parse_column_entry(text, "model").pattern;
      const std::string name = group_of(pattern);
      names.insert(name.empty() ? pattern : name);
    }
  }
  throw InvalidInput({.where = where,
                      .what = fmt::format("the model has no group or column '{}'", group),
                      .expected = fmt::format("one of {}", fmt::join(names, ", ")),
                      .remedy = ""});
}

void leave_out_group(Options& options, const std::string& group) {
  for (std::string* entry : entries_of(options, group)) entry->clear();
  std::erase(options.model.context, "");
  std::erase(options.model.behaviour, "");
}

void weigh_group(Options& options, const std::string& group, double weight) {
  for (std::string* entry : entries_of(options, group)) {
    *entry = fmt::format("{} * {}", weight, without_weight(*entry));
  }
}

void standardise_context_numbers(Options& options, const Table& features) {
  std::vector<std::string> categories;
  for (const std::string& text : options.model.context) {
    const ColumnEntry entry = parse_column_entry(text, "model.context");
    const bool is_category =
        entry.transform == ColumnTransform::kNone &&
        std::any_of(features.columns().begin(), features.columns().end(), [&](const Column& column) {
          return column_matches(entry.pattern, column.name) &&
                 (column.type == ColumnType::kText || column.type == ColumnType::kBool);
        });
    auto& list = is_category ? categories : options.model.behaviour;
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
  }
  options.model.context = std::move(categories);
}

}  // namespace aisle
