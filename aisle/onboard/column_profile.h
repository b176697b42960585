// What the values of a source's columns are: the evidence that guesses are made of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/engine/engine.h"
#include "aisle/engine/value_forms.h"
#include "aisle/onboard/sources.h"

namespace aisle {

enum class ValueKind { kEmpty, kText, kWhole, kDecimal, kDate };

struct ColumnProfile {
  std::string name;
  bool is_text = false;       // text in the file: numbers and dates among it are to be read out of it
  bool is_date_type = false;  // a date or timestamp in the file
  bool is_partition = false;  // made of a folder's name, such as year=2024
  ValueKind kind = ValueKind::kEmpty;
  NumberForm form = NumberForm::kNone;  // of numbers
  std::vector<std::string> date_forms;  // every form that fits all values, the preferred first
  std::int64_t n_values = 0;            // not null, in the sample
  std::int64_t n_nulls = 0;
  std::int64_t n_distinct = 0;
  double low = 0, high = 0, middle = 0;  // of numbers: smallest, largest, the median
  double negative_share = 0;
  std::vector<std::string> examples;  // the three commonest values
  std::vector<std::uint64_t> ids;     // sorted hashes of distinct values, of at most kMostIds

  bool is_number() const { return kind == ValueKind::kWhole || kind == ValueKind::kDecimal; }
  // Every row has a value of its own.
  bool is_key() const { return n_nulls == 0 && n_values > 1 && n_distinct == n_values; }
};

inline constexpr std::int64_t kMostIds = 50000;

struct SourceProfile {
  Source source;
  CsvDialect csv;
  std::int64_t n_rows = 0;     // of the source
  std::int64_t n_sampled = 0;  // of the sample
  std::vector<ColumnProfile> columns;
  std::vector<std::string> notes;

  const ColumnProfile* find(const std::string& name) const;
};

// Reads a sample into the engine's table `sample_name` and profiles its columns. CSV files in other encodings
// than UTF-8 are read from copies in the folder `copies`. Throws DataError when the files are no table or
// hold no row.
SourceProfile profile_source(EmbeddedEngine& engine, const Source& source, const std::string& sample_name,
                             const std::filesystem::path& copies);

// "CSV, semicolons, decimal comma, windows-1252".
std::string form_for_people(const SourceProfile& profile);

}  // namespace aisle
