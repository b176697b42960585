#include "aisle/quality/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/quality/default_suites.h"

namespace aisle {
namespace {

constexpr const char* kBuiltInPrefix = "aisle_";

bool is_built_in(const Suite& suite) {
  return suite.name == kBuiltInPrefix + suite.table;
}

std::vector<Suite> user_suites(const Options& options, const ProjectPaths& paths, const RuleScope& scope,
                               std::vector<std::string>& specs) {
  std::vector<Suite> suites;
  for (const std::string& spec : options.quality.suites) {
    Suite suite = load_suite(paths.root, spec);
    if (scope.find(suite.table) == nullptr) {
      throw InvalidInput(
          {suite.source, "the suite is about " + suite.table, "a table that the project has", ""});
    }
    specs.push_back(suite.source);
    suites.push_back(std::move(suite));
  }
  return suites;
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

void add_suite(const Suite& suite, const std::string& source, const RuleScope& scope, TablePlan& plan) {
  const TableSchema& table = *scope.find(suite.table);
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

SuitePlan plan_suites(const Options& options, const ProjectPaths& paths, const RuleScope& scope) {
  std::vector<std::string> sources;
  std::vector<Suite> own = user_suites(options, paths, scope, sources);
  std::vector<std::string> own_names;
  for (const Suite& suite : own) {
    for (const Expectation& expectation : suite.expectations) own_names.push_back(expectation.name);
  }
  SuitePlan plan;
  for (Suite& suite : default_suites(options, own_names)) {
    if (scope.find(suite.table) != nullptr) plan.suites.push_back(std::move(suite));
  }
  const std::size_t n_built_in = plan.suites.size();
  for (Suite& suite : own) {
    for (Expectation& expectation : suite.expectations) {
      const auto severity = options.quality.severity.find(expectation.name);
      if (severity == options.quality.severity.end()) continue;
      expectation.severity = parse_severity(severity->second, "quality.severity." + severity->first);
    }
    plan.suites.push_back(std::move(suite));
  }
  refuse_equal_documents(plan.suites);
  for (const std::string& name : checked_tables()) {
    if (scope.find(name) == nullptr) continue;
    TablePlan table{name, {}, {}};
    for (std::size_t at = 0; at < plan.suites.size(); ++at) {
      const Suite& suite = plan.suites[at];
      if (suite.table != name) continue;
      add_suite(suite, at < n_built_in ? suite.name : sources[at - n_built_in], scope, table);
    }
    plan.tables.push_back(std::move(table));
  }
  return plan;
}

}  // namespace aisle
