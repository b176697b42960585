// The synthetic retailer: raw tables in the data contract's form, for who has no data at hand, for tests and
// for judging methods against a truth that is known.
//
// Every number is a pure function of the seed and of what it belongs to (base/random.h), so the same options
// give the same bytes with any number of threads, store 7 is the same store whether 10 or 10,000 are made,
// and any file can be made alone. Nothing depends on the clock. docs/generate.md has the distributions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"

namespace aisle {

enum class Locale { kPtBr, kEnUs };
enum class Dirt { kNone, kPlanted };
// What happens to a raw folder that already holds files: kOwnOnly replaces only what generate made before.
enum class ReplaceRaw { kOwnOnly, kAny };

struct GenerateOptions {
  int n_stores = 100;                   // 1 .. 1,000,000
  int n_products = 200;                 // 5 .. 100,000
  int n_years = 3;                      // 1 .. 20, ending at end_date
  std::string end_date = "2024-12-31";  // last day of the facts, 1990-01-01 .. 2199-12-31
  std::uint64_t seed = 42;
  Locale locale = Locale::kPtBr;
  int n_archetypes = 0;  // 0 .. 12; 0: the original's retailer, in which stores differ by sales tier alone
  double overlap = 0.3;  // 0 (archetypes well apart) .. 1 (hard to tell apart)
  Dirt dirt = Dirt::kNone;
  // Share of stores that closed, 0 .. 0.5. Unset: 0, or 0.02 with archetypes. Above 0 dim_store_management
  // has a column closing_date, which is null for open stores.
  std::optional<double> closed_share = {};
  int n_threads = 0;  // 0: all cores; at most 8 files are written at a time
  ReplaceRaw replace = ReplaceRaw::kOwnOnly;
};

struct GeneratedTable {
  std::string table;  // the contract's name
  std::int64_t n_rows = 0;
  std::int64_t n_files = 0;
  std::int64_t n_bytes = 0;
};

struct GenerateResult {
  std::vector<GeneratedTable> tables;  // dim_product, dim_store_physical, dim_store_management, facts
  double seconds = 0;
  std::filesystem::path truth_folder;  // empty when there is no truth to write

  std::int64_t rows_of(std::string_view table) const;
};

// "pt_BR" or "en_US"; throws InvalidInput for anything else.
Locale parse_locale(std::string_view text);

// Throws InvalidInput that names the option, its value and its range.
void check_generate_options(const GenerateOptions& options);

// Writes the five tables into `raw_folder`, all or nothing, and what was planted into the folder `truth`
// beside it, which no other stage reads: store_archetypes.parquet and archetypes.json with archetypes,
// dirt.json with dirt. Without either an earlier truth of generate's is removed.
//
// Memory stays under 500 MB at any size. Throws InvalidInput for an option out of range or a raw folder with
// files that generate did not make, EnvironmentError when the place cannot be written, Cancelled.
GenerateResult generate_retailer(const GenerateOptions& options, const std::filesystem::path& raw_folder,
                                 const EventSink& events, const CancelFlag* cancel);

}  // namespace aisle
