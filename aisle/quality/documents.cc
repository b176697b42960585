// The JSON documents of a check, in Great Expectations' form. Percentages are 0 to 100. Lists of failing
// values stop at kListedRows; the counts do not.
#include "aisle/quality/documents.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace aisle {
namespace {

using Json = nlohmann::ordered_json;

// The release whose result documents these follow.
constexpr const char* kFollowedVersion = "1.24.1";

Json number_json(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

Json cell(const Column& column, std::size_t row) {
  if (column.null_at(row)) return nullptr;
  switch (column.type) {
    case ColumnType::kInt64:
      return column.ints[row];
    case ColumnType::kBool:
      return column.ints[row] != 0;
    case ColumnType::kDouble:
      return number_json(column.doubles[row]);
    default:
      return column.text_at(row);
  }
}

Json scalar_json(const SuiteValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
  if (const auto* number = std::get_if<double>(&value)) return number_json(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  return nullptr;
}

// The failing value of a row: a scalar; [a, b] of a pair; {column: value} of compound columns.
Json unexpected_value(const ExpectationResult& result, const Table& table, std::size_t row) {
  const auto value = [&](std::size_t at) { return cell(table.column(fmt::format("v{}", at)), row); };
  if (result.expectation.kind == ExpectationKind::kCompoundUnique) {
    Json object = Json::object();
    for (std::size_t at = 0; at < result.value_columns.size(); ++at)
      object[result.value_columns[at]] = value(at);
    return object;
  }
  if (result.value_columns.size() == 1) return value(0);
  Json list = Json::array();
  for (std::size_t at = 0; at < result.value_columns.size(); ++at) list.push_back(value(at));
  return list;
}

Json percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return nullptr;
  return static_cast<double>(part) / static_cast<double>(whole) * 100.0;
}

// The row's key beside its failing values, as Great Expectations gives it with unexpected_index_column_names.
Json index_list(const ExpectationResult& result) {
  Json list = Json::array();
  for (std::size_t row = 0; row < result.rows.n_rows(); ++row) {
    Json entry = Json::object();
    for (std::size_t at = 0; at < result.value_columns.size(); ++at) {
      entry[result.value_columns[at]] = cell(result.rows.column(fmt::format("v{}", at)), row);
    }
    for (const std::string& key : result.key_columns) entry[key] = cell(result.rows.column(key), row);
    list.push_back(std::move(entry));
  }
  return list;
}

Json row_result_json(const ExpectationResult& result) {
  Json values = Json::array();
  for (std::size_t row = 0; row < result.rows.n_rows(); ++row) {
    values.push_back(unexpected_value(result, result.rows, row));
  }
  Json counts = Json::array();
  for (std::size_t row = 0; row < result.counts.n_rows(); ++row) {
    counts.push_back({{"value", unexpected_value(result, result.counts, row)},
                      {"count", result.counts.column("n").ints[row]}});
  }
  const std::int64_t counted = result.n_rows - result.n_missing;
  Json json = {{"element_count", result.n_rows},
               {"unexpected_count", result.n_unexpected},
               {"unexpected_percent", percent(result.n_unexpected, counted)},
               {"partial_unexpected_list", values}};
  if (result.expectation.kind != ExpectationKind::kNotNull) {
    json["missing_count"] = result.n_missing;
    json["missing_percent"] = percent(result.n_missing, result.n_rows);
    json["unexpected_percent_total"] = percent(result.n_unexpected, result.n_rows);
    json["unexpected_percent_nonmissing"] = percent(result.n_unexpected, counted);
  }
  const Json index = index_list(result);
  json["partial_unexpected_counts"] = counts;
  json["partial_unexpected_index_list"] = index;
  json["unexpected_list"] = values;
  json["unexpected_index_list"] = index;
  json["unexpected_index_query"] = result.query;
  json["unexpected_index_column_names"] = result.key_columns;
  return json;
}

Json result_json(const ExpectationResult& result, const std::string& table) {
  Json config = Json::parse(expectation_json(result.expectation));
  config["kwargs"]["batch_id"] = "aisle-" + table;
  Json body = Json::object();
  if (result.about_rows) {
    body = row_result_json(result);
  } else if (result.expectation.kind != ExpectationKind::kColumnExists) {
    body["observed_value"] = scalar_json(result.observed);
  }
  return {{"success", result.success},
          {"expectation_config", config},
          {"result", body},
          {"meta", {{"aisle", {{"name", result.expectation.name}, {"message", result.message}}}}},
          {"exception_info",
           {{"raised_exception", false}, {"exception_traceback", nullptr}, {"exception_message", nullptr}}}};
}

Json run_meta(const std::string& table, const CheckRun& run) {
  return {
      {"great_expectations_version", kFollowedVersion},
      {"batch_spec", Json::object()},
      {"batch_markers", Json::object()},
      {"active_batch_definition",
       {{"datasource_name", "aisle"},
        {"data_connector_name", "fluent"},
        {"data_asset_name", table},
        {"batch_identifiers", Json::object()}}},
      {"batch_kwargs", {{"data_asset_name", table}}},
      {"validation_id", nullptr},
      {"checkpoint_id", nullptr},
      {"run_id", {{"run_name", run.name.empty() ? Json(nullptr) : Json(run.name)}, {"run_time", run.time}}},
      {"validation_time", run.time},
      {"batch_parameters", Json::object()}};
}

Json low_days_json(const std::vector<LowDay>& days) {
  Json list = Json::array();
  for (const LowDay& day : days) {
    Json entry = {{"date", format_date(day.day)},
                  {"held_back", day.held_back},
                  {"rows", day.n_rows},
                  {"usual_rows", day.usual_rows < 0 ? Json(nullptr) : Json(day.usual_rows)}};
    if (day.n_stores >= 0 && day.usual_stores >= 0) {
      entry["stores"] = day.n_stores;
      entry["usual_stores"] = day.usual_stores;
    }
    list.push_back(std::move(entry));
  }
  return list;
}

Json table_json(const TableOutcome& table) {
  Json expectations = Json::array();
  for (const ExpectationResult& result : table.results) {
    expectations.push_back({{"name", result.expectation.name},
                            {"suite", result.suite},
                            {"type", expectation_type(result.expectation.kind)},
                            {"severity", severity_name(result.expectation.severity)},
                            {"success", result.success},
                            {"n_failed", result.n_unexpected},
                            {"quarantine", result.expectation.action == RowAction::kQuarantine},
                            {"message", result.message}});
  }
  Json skipped = Json::array();
  for (const SkippedExpectation& one : table.skipped)
    skipped.push_back({{"name", one.name}, {"why", one.why}});
  return {{"name", table.name},
          {"rows", table.n_rows},
          {"quarantined", table.n_quarantined},
          {"expectations", expectations},
          {"skipped", skipped},
          {"low_days", low_days_json(table.low_days)},
          {"removals", Json::parse(removals_json(table.removals))}};
}

// Bytes that are not UTF-8 are replaced rather than stopping the check that is to report them.
std::string text_of(const Json& document) {
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string validation_json(const std::string& suite, const std::string& table,
                            const std::vector<const ExpectationResult*>& results, const CheckRun& run) {
  Json list = Json::array();
  std::int64_t n_successful = 0;
  for (const ExpectationResult* result : results) {
    list.push_back(result_json(*result, table));
    n_successful += result->success ? 1 : 0;
  }
  const auto n_evaluated = static_cast<std::int64_t>(results.size());
  return text_of({{"success", n_successful == n_evaluated},
                  {"results", list},
                  {"suite_name", suite},
                  {"suite_parameters", Json::object()},
                  {"statistics",
                   {{"evaluated_expectations", n_evaluated},
                    {"successful_expectations", n_successful},
                    {"unsuccessful_expectations", n_evaluated - n_successful},
                    {"success_percent", percent(n_successful, n_evaluated)}}},
                  {"meta", run_meta(table, run)},
                  {"id", nullptr}});
}

std::string checks_json(const CheckOutcome& outcome, const std::vector<std::string>& documents) {
  Json tables = Json::array();
  for (const TableOutcome& table : outcome.tables) tables.push_back(table_json(table));
  return text_of({{"format", 1},
                  {"as_of", outcome.as_of.empty() ? Json(nullptr) : Json(outcome.as_of)},
                  {"success", outcome.n_failed == 0},
                  {"critical_failed", outcome.critical_failed},
                  {"message", outcome.message},
                  {"expectations", outcome.n_expectations},
                  {"failed", outcome.n_failed},
                  {"quarantined", outcome.n_quarantined},
                  {"documents", documents},
                  {"tables", tables}});
}

std::vector<CheckReported> checks_in(const std::string& json) {
  std::vector<CheckReported> checks;
  try {
    const Json document = Json::parse(json);
    for (const Json& table : document.at("tables")) {
      for (const Json& one : table.at("expectations")) {
        checks.push_back({.asset = table.at("name").get<std::string>(),
                          .name = one.at("name").get<std::string>(),
                          .passed = one.at("success").get<bool>(),
                          .severity = parse_severity(one.at("severity").get<std::string>(), "checks.json"),
                          .n_failed = one.at("n_failed").get<std::int64_t>(),
                          .message = one.at("message").get<std::string>()});
      }
    }
  } catch (const Json::exception&) {
    return {};
  }
  return checks;
}

std::vector<std::string> documents_in(const std::string& json) {
  const Json document = Json::parse(json, nullptr, false);
  std::vector<std::string> names;
  if (!document.is_object() || !document.contains("documents") || !document["documents"].is_array())
    return names;
  for (const Json& name : document["documents"]) {
    if (name.is_string()) names.push_back(name.get<std::string>());
  }
  return names;
}

}  // namespace aisle
