#include "aisle/quality/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/quality/default_suites.h"

namespace aisle {
namespace {

bool is_built_in(const Suite& suite) {
  return suite.source.empty();
}

[[noreturn]] void refuse_missing(const std::string& where, const std::string& missing,
                                 const TableSchema& table) {
  const std::string name = missing.substr(missing.rfind(' ') + 1);
  std::string columns;
  for (const std::string& column : table.columns) columns += (columns.empty() ? "" : ", ") + column;
  const std::string nearest = nearest_name(name, table.columns);
  throw InvalidInput({where, missing + " is not there", "one of " + table.name + "'s: " + columns,
                      nearest.empty() ? "" : "did you mean " + nearest + "?"});
}

void add_suite(const Suite& suite, const RuleScope& scope, TablePlan& plan) {
  const TableSchema& table = *scope.find(suite.table);
  const std::string& source = is_built_in(suite) ? suite.name : suite.source;
  for (const Expectation& expectation : suite.expectations) {
    const std::string where = source + ": " + expectation.name;
    const std::string missing = missing_part(expectation, table, scope);
    if (missing.empty()) {
      plan.expectations.push_back({expectation, suite.name, where});
    } else if (is_built_in(suite)) {
      plan.skipped.push_back({expectation.name, missing + " is not there"});
    } else {
      refuse_missing(where, missing, table);
    }
  }
}

void refuse_equal_documents(const std::vector<Suite>& suites) {
  std::map<std::string, std::string> documents;
  for (const Suite& suite : suites) {
    const auto [found, is_new] = documents.try_emplace(document_name(suite), suite.name);
    if (!is_new) {
      throw InvalidInput({"quality.suites", "two suites about " + suite.table + " are named " + suite.name,
                          "a name of its own for each", ""});
    }
  }
}

}  // namespace

std::string document_name(const Suite& suite) {
  std::string name = suite.table;
  if (!is_built_in(suite)) {
    name += ".";
    for (const char letter : suite.name) {
      const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                         (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
      name += plain ? letter : '_';
    }
  }
  return name + "_validation.json";
}

std::vector<Suite> project_suites(const Options& options, const ProjectPaths& paths) {
  std::vector<Suite> own;
  std::vector<std::string> own_names;
  for (const std::string& spec : options.quality.suites) {
    own.push_back(load_suite(paths.root, spec));
    for (const Expectation& expectation : own.back().expectations) own_names.push_back(expectation.name);
  }
  std::vector<Suite> suites = default_suites(options, own_names);
  for (Suite& suite : own) {
    for (Expectation& expectation : suite.expectations) {
      const auto severity = options.quality.severity.find(expectation.name);
      if (severity == options.quality.severity.end()) continue;
      expectation.severity = parse_severity(severity->second, "quality.severity." + severity->first);
    }
    suites.push_back(std::move(suite));
  }
  refuse_equal_documents(suites);
  return suites;
}

SuitePlan plan_suites(const Options& options, const ProjectPaths& paths, const RuleScope& scope) {
  SuitePlan plan;
  for (Suite& suite : project_suites(options, paths)) {
    if (scope.find(suite.table) != nullptr) {
      plan.suites.push_back(std::move(suite));
    } else if (!is_built_in(suite)) {
      throw InvalidInput(
          {suite.source, "the suite is about " + suite.table, "a table that the project has", ""});
    }
  }
  for (const std::string& name : checked_tables()) {
    if (scope.find(name) == nullptr) continue;
    TablePlan table{name, {}, {}};
    for (const Suite& suite : plan.suites) {
      if (suite.table == name) add_suite(suite, scope, table);
    }
    plan.tables.push_back(std::move(table));
  }
  return plan;
}

}  // namespace aisle
