// Which expectations are evaluated on which table: the built-in suites, narrowed to the columns that are
// there, and the user's own, which must fit.
#pragma once

#include <string>
#include <vector>

#include "aisle/engine/raw_tables.h"
#include "aisle/quality/checks.h"

namespace aisle {

struct TablePlan {
  std::string table;
  std::vector<PlannedExpectation> expectations;
  std::vector<SkippedExpectation> skipped;
};

struct SuitePlan {
  std::vector<TablePlan> tables;  // every raw table, in the order of checking
  std::vector<Suite> suites;      // every suite that is evaluated, for the documents
};

// The suites of a project, the built-in ones as its options want them and then the user's; no data is read.
// Throws InvalidInput for suites and options that cannot be used.
std::vector<Suite> project_suites(const Options& options, const ProjectPaths& paths);

// Throws InvalidInput for suites and options that do not fit the tables.
SuitePlan plan_suites(const Options& options, const ProjectPaths& paths, const RuleScope& scope);

// The name of a suite's validation document.
std::string document_name(const Suite& suite);

}  // namespace aisle
