// The query is read by the engine's own parser, as JSON, and its tree is walked.
#include "aisle/engine/user_sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

namespace aisle {
namespace {

using nlohmann::json;

const std::set<std::string> kClockFunctions = {"now",
                                               "today",
                                               "get_current_timestamp",
                                               "get_current_time",
                                               "current_localtime",
                                               "current_localtimestamp",
                                               "transaction_timestamp",
                                               "current_date",
                                               "current_timestamp",
                                               "current_time"};
// Without an argument's type these words are columns to the parser and the clock to the binder.
const std::set<std::string> kClockWords = {"current_date", "current_timestamp", "current_time", "localtime",
                                           "localtimestamp"};
const std::set<std::string> kRefusedFunctions = {
    "random",          "setseed", "uuid",         "uuidv4",    "uuidv7",
    "gen_random_uuid", "nextval", "currval",      "getenv",    "getvariable",
    "current_setting", "version", "txid_current", "read_text", "read_blob"};
// Table functions that read nothing but their arguments; any other reads files or the engine's own state.
const std::set<std::string> kTableFunctions = {"range", "generate_series", "unnest"};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

std::string fault_of_function(const json& node) {
  const std::string name = lower(node.value("function_name", ""));
  // age() of one day measures to today.
  const bool is_age_to_today = name == "age" && node.value("children", json::array()).size() == 1;
  if (kClockFunctions.contains(name) || is_age_to_today)
    return fmt::format("asks for the clock ({}())", name);
  if (kRefusedFunctions.contains(name)) return fmt::format("calls {}()", name);
  return "";
}

std::string fault_of_table_function(const json& node) {
  const std::string name = lower(node.value("function", json::object()).value("function_name", ""));
  return kTableFunctions.contains(name) ? "" : fmt::format("reads {}()", name);
}

std::string fault_of_column(const json& node) {
  const json names = node.value("column_names", json::array());
  const std::string name = names.size() == 1 ? lower(names[0].get<std::string>()) : "";
  return kClockWords.contains(name) ? fmt::format("asks for the clock ({})", name) : "";
}

std::string fault_of_node(const json& node) {
  const std::string type = node.contains("type") && node["type"].is_string() ? node["type"] : "";
  if (node.contains("sample") && !node["sample"].is_null()) return "draws a sample";
  if (type == "FUNCTION") return fault_of_function(node);
  if (type == "TABLE_FUNCTION") return fault_of_table_function(node);
  if (type == "COLUMN_REF") return fault_of_column(node);
  if (type == "BASE_TABLE") {
    const std::string name = node.value("table_name", "");
    if (name.find_first_of("./") != std::string::npos) return fmt::format("reads a file ('{}')", name);
  }
  return "";
}

std::string first_fault(const json& node) {
  if (node.is_object()) {
    if (const std::string fault = fault_of_node(node); !fault.empty()) return fault;
  }
  if (!node.is_structured()) return "";
  for (const json& child : node) {
    if (const std::string fault = first_fault(child); !fault.empty()) return fault;
  }
  return "";
}

}  // namespace

std::string fault_of_user_query(EmbeddedEngine& engine, const std::string& query) {
  const Table answer =
      engine.query("SELECT CAST(json_serialize_sql(" + sql_literal(query) + ") AS VARCHAR) AS tree");
  const json tree = json::parse(answer.column("tree").text_at(0), nullptr, false);
  if (!tree.is_object()) return "";
  if (tree.value("error", false)) return tree.value("error_type", "") == "parser" ? "" : "is no single query";
  if (tree.at("statements").size() != 1) return "is no single query";
  return first_fault(tree.at("statements"));
}

std::string fault_of_user_expression(EmbeddedEngine& engine, const std::string& expression) {
  // The line break ends a comment that the expression may close with.
  return fault_of_user_query(engine, "SELECT (" + expression + "\n)");
}

}  // namespace aisle
