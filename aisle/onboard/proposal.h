// What `init --from DIR` says about a user's files: which tables of the contract they are, how their columns
// map onto it, how sure that is and why, and what could not be placed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "aisle/base/events.h"
#include "aisle/engine/engine.h"
#include "aisle/project/options.h"

namespace aisle {

// One column of the contract and what the mapping would put there.
struct ColumnGuess {
  std::string column;                // the contract's, or a name of its own for a column beyond it
  std::string mapping;               // the user's column, or an SQL expression over it
  std::string source_column;         // the user's column
  double sure = 0;                   // in [0, 1]
  std::vector<std::string> reasons;  // "the name says so", "every value is a date", ...
  bool beyond_contract = false;
};

// One table of the contract and the file that it would come from.
struct TableGuess {
  std::string table;
  std::size_t file = 0;  // index into Proposal::files
  double sure = 0;
  std::vector<ColumnGuess> columns;     // in the contract's order, then those beyond it
  std::vector<std::string> not_found;   // columns of the contract that the file does not seem to have
  std::vector<std::string> not_placed;  // columns of the file that no table uses
};

// One file, or a folder or glob of files that are read as one table.
struct SeenFile {
  std::string path;   // absolute
  std::string label;  // relative to the folder that was looked at
  std::string form;   // for people: "CSV, semicolons, decimal comma, windows-1252"
  CsvDialect csv;     // empty for Parquet
  std::size_t n_files = 1;
  std::int64_t n_rows = 0;
  std::vector<std::string> notes;  // "31/12 and 12/31 both fit the dates", ...
};

struct Proposal {
  std::filesystem::path dir;                  // absolute
  std::vector<SeenFile> files;                // by label
  std::vector<TableGuess> tables;             // in the contract's order, at most one a table
  std::vector<std::string> files_not_placed;  // label and why
  std::vector<std::string> notes;
};

// A column below this is proposed as a comment only.
inline constexpr double kSureEnough = 0.5;

// Looks at the CSV and Parquet files in `dir` and below, and changes nothing there. Reads at most
// kSampleRows rows a table, in the files' order, so the same files give the same proposal. Emits the stage
// "onboard" and a warning for each file that cannot be read. Throws InvalidInput when `dir` is no folder
// or holds no CSV or Parquet file.
Proposal look_at(EmbeddedEngine& engine, const std::filesystem::path& dir, const EventSink& sink);
inline constexpr std::int64_t kSampleRows = 200000;

// aisle.toml with the proposal's mapping, each line with its certainty. Paths below `project_dir` are
// written relative to it, others whole; with no project_dir all are whole.
std::string render(const Proposal& proposal, const std::filesystem::path& project_dir = {});

// The same for a terminal.
std::string report(const Proposal& proposal);

}  // namespace aisle
