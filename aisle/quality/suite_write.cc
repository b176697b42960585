// Writing suites as Great Expectations' JSON.
#include <nlohmann/json.hpp>

#include "aisle/quality/suite.h"

namespace aisle {
namespace {

using Json = nlohmann::ordered_json;

Json value_json(const SuiteValue& value) {
  return std::visit(
      [](const auto& held) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(held)>, std::monostate>) {
          return nullptr;
        } else {
          return held;
        }
      },
      value);
}

const char* ignore_row_text(const Expectation& expectation) {
  const bool pair = expectation.kind == ExpectationKind::kPairGreater;
  switch (expectation.ignore_row) {
    case IgnoreRow::kNever:
      return pair ? "neither" : "never";
    case IgnoreRow::kAllMissing:
      return pair ? "both_values_are_missing" : "all_values_are_missing";
    case IgnoreRow::kAnyMissing:
      break;
  }
  return pair ? "either_value_is_missing" : "any_value_is_missing";
}

Json kwargs_json(const Expectation& expectation) {
  Json kwargs = Json::object();
  if (expectation.kind == ExpectationKind::kPairGreater) {
    kwargs["column_A"] = expectation.column;
    kwargs["column_B"] = expectation.column_b;
    if (expectation.or_equal) kwargs["or_equal"] = true;
  } else if (!expectation.column.empty()) {
    kwargs["column"] = expectation.column;
  }
  if (!expectation.columns.empty()) kwargs["column_list"] = expectation.columns;
  switch (expectation.kind) {
    case ExpectationKind::kInSet:
    case ExpectationKind::kNotInSet:
    case ExpectationKind::kForeignKey:
    case ExpectationKind::kVolume:
    case ExpectationKind::kStrayDays:
      kwargs["value_set"] = Json::array();
      for (const SuiteValue& value : expectation.value_set) kwargs["value_set"].push_back(value_json(value));
      break;
    default:
      break;
  }
  if (!expectation.regex.empty()) kwargs["regex"] = expectation.regex;
  if (!expectation.type_name.empty()) kwargs["type_"] = expectation.type_name;
  if (expectation.ignore_row != IgnoreRow::kAllMissing)
    kwargs["ignore_row_if"] = ignore_row_text(expectation);
  if (expectation.mostly) kwargs["mostly"] = *expectation.mostly;
  if (expectation.min_value.index() != 0) kwargs["min_value"] = value_json(expectation.min_value);
  if (expectation.max_value.index() != 0) kwargs["max_value"] = value_json(expectation.max_value);
  if (expectation.strict_min) kwargs["strict_min"] = true;
  if (expectation.strict_max) kwargs["strict_max"] = true;
  return kwargs;
}

Json meta_json(const Expectation& expectation) {
  Json meta = Json::parse(expectation.meta);
  if (expectation.kind == ExpectationKind::kForeignKey) {
    meta["kind"] = "foreign_key";
    if (!expectation.reference_table.empty()) {
      meta["ref"] = expectation.reference_table + "." + expectation.reference_column;
    }
  } else if (expectation.kind == ExpectationKind::kFreshness) {
    meta["kind"] = "freshness";
    meta["max_age_days"] = *expectation.max_age_days;
    if (!expectation.as_of.empty()) meta["as_of"] = expectation.as_of;
  } else if (expectation.kind == ExpectationKind::kVolume) {
    meta["kind"] = "volume";
    if (expectation.volume_drop) meta["drop"] = *expectation.volume_drop;
  } else if (expectation.kind == ExpectationKind::kStrayDays) {
    meta["kind"] = "stray_days";
  }
  meta["aisle"]["name"] = expectation.name;
  if (expectation.action == RowAction::kQuarantine) meta["aisle"]["quarantine"] = true;
  if (expectation.action == RowAction::kBlank) meta["aisle"]["blank"] = true;
  if (expectation.kind == ExpectationKind::kPairGreater && expectation.join_on != "store_id") {
    meta["aisle"]["join"] = expectation.join_on;
  }
  return meta;
}

Json config_json(const Expectation& expectation) {
  Json config = {{"type", expectation_type(expectation.kind)},
                 {"kwargs", kwargs_json(expectation)},
                 {"meta", meta_json(expectation)}};
  if (!expectation.id.empty()) config["id"] = expectation.id;
  config["severity"] = severity_name(expectation.severity);
  if (!expectation.notes.empty()) config["notes"] = expectation.notes;
  return config;
}

}  // namespace

std::string expectation_json(const Expectation& expectation) {
  return config_json(expectation).dump();
}

std::string suite_json(const Suite& suite) {
  Json meta = Json::parse(suite.meta);
  if (!suite.table.empty()) meta["aisle"]["table"] = suite.table;
  Json object = {{"name", suite.name}};
  if (!suite.id.empty()) object["id"] = suite.id;
  object["expectations"] = Json::array();
  for (const Expectation& expectation : suite.expectations) {
    object["expectations"].push_back(config_json(expectation));
  }
  object["meta"] = meta;
  return object.dump(1) + "\n";
}

}  // namespace aisle
