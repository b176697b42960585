// The built-in suites: what must hold of each table of the contract when the user says nothing.
//
// docs/checks.md lists every expectation here with its severity and what becomes of the rows that break it;
// it is made by checks_page() and a test says when it is stale.
#pragma once

#include <string>
#include <vector>

#include "aisle/project/options.h"
#include "aisle/quality/suite.h"

namespace aisle {

// One suite for each table of the contract, in the order of checked_tables(). Only the returns policy
// changes what is in them; quality.off and quality.severity are applied by default_suites(options).
std::vector<Suite> built_in_suites(ReturnsPolicy returns);

// The built-in suites as the options want them: without those in quality.off, with the severities of
// quality.severity. Throws InvalidInput for a name in either that is neither a built-in expectation nor in
// `other_names` (the expectations of the user's own suites).
std::vector<Suite> default_suites(const Options& options, const std::vector<std::string>& other_names);

// docs/checks.md.
std::string checks_page();

}  // namespace aisle
