// The checks of a project's raw tables: the first asset of the flow.
//
//   raw_* views -> run_checks -> data/validation/TABLE_validation.json   Great Expectations' result documents
//                             -> data/validation/TABLE.SUITE_validation.json   those of the user's own suites
//                             -> data/quarantine/TABLE.parquet           rows put aside, each with its reason
//                             -> data/validation/checks.json             summary; what later readers filter
//                             by
//                             -> views dim_product, fact_sales, ...      what follows reads these
//
// Same input and options give the same bytes for any number of threads and any order of rows; no document
// holds a clock's time (see CheckRun).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aisle/base/events.h"
#include "aisle/engine/engine.h"
#include "aisle/engine/raw_tables.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/quality/checked_tables.h"
#include "aisle/quality/evaluate.h"

namespace aisle {

// What the documents say of the run. Great Expectations wants a time in them; when `time` is empty it is
// midnight UTC of features.as_of, else of the last day of the sales, else of 1970-01-01.
struct CheckRun {
  std::string name;        // meta.run_id.run_name; "" is null
  std::string time;        // ISO 8601 with an offset, e.g. "2024-12-31T00:00:00+00:00"
  VolumeHistory recorded;  // rows and stores a day of the sales in earlier good runs; may be empty
};

struct SkippedExpectation {
  std::string name;
  std::string why;  // "column sale_amount is not there"
};

struct TableOutcome {
  std::string name;
  std::int64_t n_rows = 0;
  std::int64_t n_quarantined = 0;
  std::vector<ExpectationResult> results;   // built-in suite first, then the user's in their order
  std::vector<SkippedExpectation> skipped;  // built-in expectations about columns that are not there
  TableRemovals removals;
  std::vector<LowDay> low_days;
  VolumeHistory volume;
};

struct CheckOutcome {
  std::vector<TableOutcome> tables;  // in the order checked
  bool critical_failed = false;
  std::string message;  // one line: what failed critically, or how many checks passed
  std::int64_t n_expectations = 0;
  std::int64_t n_failed = 0;
  std::int64_t n_quarantined = 0;
  std::string as_of;                             // the day that ages were measured on, "" when there is none
  std::vector<std::filesystem::path> documents;  // every file written, sorted
  VolumeHistory next_recorded;                   // what to pass as CheckRun::recorded after a good run
};

// Checks every raw table by the built-in suites and the user's (quality.suites), writes the documents and
// makes the checked views. A failed critical expectation does not throw: critical_failed is set, and the
// flow stops after the documents are written. Emits a CheckReported for each expectation, and Progress.
//
// Throws InvalidInput for faulty suites and options (unknown names, columns that are not there), before
// anything is written; EnvironmentError when the documents cannot be written; and what the engine throws.
CheckOutcome run_checks(Engine& engine, const RawTables& raw, const Options& options,
                        const ProjectPaths& paths, const CheckRun& run, const EventSink& sink);

// The results of the last check as data/validation/checks.json holds them; empty when there was none.
std::vector<CheckReported> recorded_checks(const ProjectPaths& paths);

// The outcome for a terminal: a block for each table with the failed checks, how many rows, the first of
// them by key, and why. No colours.
std::string describe(const CheckOutcome& outcome);

}  // namespace aisle
