// Reading suites from Great Expectations' JSON: the suite around the expectations.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/project/staged_output.h"
#include "aisle/quality/suite.h"
#include "aisle/quality/suite_reader.h"

namespace aisle {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

// The text under a key, "" where there is none.
std::string text_at(const Json& object, const std::string& key, const std::string& where) {
  if (!object.contains(key) || object.at(key).is_null()) return "";
  if (!object.at(key).is_string())
    throw InvalidInput({where, key + " is " + object.at(key).dump(), "a text", ""});
  return object.at(key).get<std::string>();
}

// A name made of the type and its columns, for expectations that have none: "values_to_be_unique(id)".
std::string derived_name(const Expectation& expectation) {
  std::string name = expectation_type(expectation.kind);
  for (const std::string prefix : {"expect_", "column_", "table_"}) {
    if (name.rfind(prefix, 0) == 0) name = name.substr(prefix.size());
  }
  std::vector<std::string> columns = expectation.columns;
  if (!expectation.column.empty()) columns.push_back(expectation.column);
  if (!expectation.column_b.empty()) columns.push_back(expectation.column_b);
  return columns.empty() ? name : name + "(" + joined_names(columns) + ")";
}

void name_expectations(Suite& suite, const std::string& where) {
  std::set<std::string> given;
  for (const Expectation& expectation : suite.expectations) {
    if (!expectation.name.empty() && !given.insert(expectation.name).second) {
      throw InvalidInput(
          {where, "two expectations are named " + expectation.name, "a name of its own for each", ""});
    }
  }
  for (Expectation& expectation : suite.expectations) {
    if (!expectation.name.empty()) continue;
    const std::string base = derived_name(expectation);
    expectation.name = base;
    for (int nth = 2; !given.insert(expectation.name).second; ++nth) {
      expectation.name = base + " #" + std::to_string(nth);
    }
  }
}

std::string table_of_suite(const Json& meta, const std::string& where) {
  if (!meta.contains("aisle")) return "";
  const Json& aisle = meta.at("aisle");
  if (!aisle.is_object()) throw InvalidInput({where, "meta.aisle is " + aisle.dump(), "an object", ""});
  refuse_unknown_names(keys_of(aisle), where, "key of meta.aisle:", {"table"});
  const std::string table = text_at(aisle, "table", where);
  const auto& tables = checked_tables();
  if (!table.empty() && std::find(tables.begin(), tables.end(), table) == tables.end()) {
    refuse_name(where, "table in meta.aisle: " + table, tables);
  }
  return table;
}

}  // namespace

std::string joined_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void refuse_name(const std::string& where, const std::string& what, const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(what.substr(what.rfind(' ') + 1), known);
  throw InvalidInput({where, "unknown " + what, "one of " + joined_names(known),
                      nearest.empty() ? "" : "did you mean " + nearest + "?"});
}

void refuse_unknown_names(const std::vector<std::string>& names, const std::string& where,
                          const std::string& what, const std::vector<std::string>& known) {
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      refuse_name(where, what + " " + name, known);
  }
}

Suite parse_suite(const std::string& json, const std::string& where, const std::string& table) {
  constexpr int kDeepest = 100;  // writing and copying recurse: a deeper text would end the stack
  const auto shallow = [&](int depth, Json::parse_event_t, const Json&) {
    if (depth <= kDeepest) return true;
    throw InvalidInput({where, "JSON nested too deeply", fmt::format("at most {} levels", kDeepest), ""});
  };
  Json object;
  try {
    object = Json::parse(json, shallow);
  } catch (const nlohmann::json::exception& error) {
    throw InvalidInput(
        {where, std::string("not JSON: ") + error.what(), "a suite of Great Expectations 1.x", ""});
  }
  if (!object.is_object())
    throw InvalidInput({where, "not a JSON object", "a suite of Great Expectations 1.x", ""});
  if (object.contains("expectation_suite_name")) {
    throw InvalidInput({where, "a suite of Great Expectations 0.x (expectation_suite_name)",
                        "Great Expectations 1.x", "load and save it there once"});
  }
  refuse_unknown_names(keys_of(object), where, "key",
                       {"name", "id", "expectations", "meta", "notes", "suite_parameters"});
  Suite suite;
  suite.name = text_at(object, "name", where);
  if (suite.name.empty()) throw InvalidInput({where, "the suite has no name", "name", ""});
  suite.id = text_at(object, "id", where);
  const Json meta =
      object.contains("meta") && !object.at("meta").is_null() ? object.at("meta") : Json::object();
  if (!meta.is_object()) throw InvalidInput({where, "meta is " + meta.dump(), "an object", ""});
  suite.meta = meta.dump();
  suite.table = table_of_suite(meta, where);
  if (suite.table.empty()) suite.table = table;
  if (!object.contains("expectations") || !object.at("expectations").is_array()) {
    throw InvalidInput({where, "the suite has no expectations", "a list under expectations", ""});
  }
  for (const Json& expectation : object.at("expectations")) {
    suite.expectations.push_back(parse_expectation(expectation.dump(), where, suite.expectations.size() + 1));
  }
  name_expectations(suite, where);
  return suite;
}

Suite load_suite(const std::filesystem::path& root, const std::string& spec) {
  const auto& tables = checked_tables();
  std::string table;
  std::string path = spec;
  const std::size_t equals = spec.find('=');
  if (equals != std::string::npos &&
      std::find(tables.begin(), tables.end(), spec.substr(0, equals)) != tables.end()) {
    table = spec.substr(0, equals);
    path = spec.substr(equals + 1);
  }
  const std::string stem = std::filesystem::path(path).stem().string();
  const bool named = std::find(tables.begin(), tables.end(), stem) != tables.end();
  if (!std::filesystem::exists(root / path)) {
    throw InvalidInput({"quality.suites", "'" + path + "' is not there",
                        "an expectation suite, its path from the project's folder", "mend it in aisle.toml"});
  }
  Suite suite = parse_suite(read_file(root / path), path, named ? stem : "");
  suite.source = path;
  if (!table.empty()) suite.table = table;
  if (suite.table.empty()) {
    throw InvalidInput({path, "the suite does not say which table it is about",
                        "one of " + joined_names(tables),
                        "name it in meta.aisle.table, or write \"TABLE=" + path + "\" in quality.suites"});
  }
  return suite;
}

}  // namespace aisle
