// A small retailer as CSV files, made by hand so that a test can break one thing of it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace aisle::testing {

// Rows of the contract's tables as text; the first row is the header.
using CsvRows = std::vector<std::vector<std::string>>;

// Two kinds of stores that differ in size, placement, ticket and mix; `n_stores` in all, `n_days` of sales
// from 2024-01-01 on.
struct SmallRetailer {
  explicit SmallRetailer(int n_stores = 16, int n_days = 120);

  std::map<std::string, CsvRows> tables;

  // The value of `column` in data row `row` (0-based).
  std::string& at(const std::string& table, int row, const std::string& column);
  void drop_column(const std::string& table, const std::string& column);
  void add_row_like(const std::string& table, int row);
  // Writes aisle.toml (preset original, small clusters) and data/raw/TABLE.csv.
  void write(const std::filesystem::path& project, const std::string& more_options = "") const;
  // The same with each fact in a folder of `n_files` files instead of one.
  void write_in_parts(const std::filesystem::path& project, int n_files) const;
};

void write_text(const std::filesystem::path& file, const std::string& text);
std::string read_text(const std::filesystem::path& file);

// Relative path -> bytes of every file below a folder; empty when it is not there.
std::map<std::string, std::string> files_below(const std::filesystem::path& folder);

// Which files differ, in a few words; "" when the two are the same.
std::string difference(const std::map<std::string, std::string>& left,
                       const std::map<std::string, std::string>& right);

}  // namespace aisle::testing
