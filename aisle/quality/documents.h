// The JSON documents of a check.
#pragma once

#include <string>
#include <vector>

#include "aisle/quality/checks.h"

namespace aisle {

// Great Expectations' validation result of one suite over one table. `run` must have its time.
std::string validation_json(const std::string& suite, const std::string& table,
                            const std::vector<const ExpectationResult*>& results, const CheckRun& run);

// checks.json: the summary, and the removals that open_checked_tables reads. `documents` are file names.
std::string checks_json(const CheckOutcome& outcome, const std::vector<std::string>& documents);

// The results that a checks.json holds, as the run that wrote it told them; empty when it is not readable.
std::vector<CheckReported> checks_in(const std::string& json);

// The document names that an earlier checks.json lists; empty when it is not readable.
std::vector<std::string> documents_in(const std::string& json);

}  // namespace aisle
