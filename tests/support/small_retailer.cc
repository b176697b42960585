#include "tests/support/small_retailer.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "aisle/base/random.h"
#include "aisle/base/table.h"

namespace aisle::testing {
namespace {

constexpr int kProducts = 12;
constexpr std::uint64_t kSeed = 11;

std::string store_id(int store) {
  return fmt::format("S{:03}", store);
}
std::string product_id(int product) {
  return fmt::format("P{:02}", product);
}
double base_price(int product) {
  return 10.0 + 5 * product;
}

CsvRows products() {
  const char* categories[] = {"Drinks", "Food", "Home"};
  CsvRows rows = {{"product_id", "name", "category", "base_price", "cost"}};
  for (int product = 0; product < kProducts; ++product) {
    rows.push_back({product_id(product), fmt::format("Product {}", product), categories[product % 3],
                    fmt::format("{:.2f}", base_price(product)),
                    fmt::format("{:.2f}", base_price(product) * 0.4)});
  }
  return rows;
}

CsvRows sales(int n_stores, int n_days) {
  CsvRows rows = {{"date", "store_id", "product_id", "qty", "unit_price_at_sale", "profit_at_sale"}};
  const std::int64_t first = days_from_civil(2024, 1, 1);
  for (int store = 0; store < n_stores; ++store) {
    const bool large = store % 2 == 1;
    RandomDraws draws(kSeed, 1, static_cast<std::uint64_t>(store));
    for (int day = 0; day < n_days; ++day) {
      const int n_lines = 1 + static_cast<int>(draws.below(large ? 6 : 3));
      for (int line = 0; line < n_lines; ++line) {
        const int product = static_cast<int>(draws.below(large ? kProducts : kProducts / 2));
        rows.push_back({format_date(first + day), store_id(store), product_id(product),
                        fmt::format("{}", 1 + draws.below(3)), fmt::format("{:.2f}", base_price(product)),
                        fmt::format("{:.2f}", base_price(product) * 0.6)});
      }
    }
  }
  return rows;
}

CsvRows inventory(int n_stores, int n_days) {
  CsvRows rows = {{"snapshot_date", "store_id", "product_id", "qty_on_hand"}};
  const std::int64_t first = days_from_civil(2024, 1, 1);
  for (int store = 0; store < n_stores; ++store) {
    RandomDraws draws(kSeed, 2, static_cast<std::uint64_t>(store));
    for (int day = 0; day < n_days; day += 7) {
      for (int product = store % 2; product < kProducts; product += 2) {
        rows.push_back({format_date(first + day), store_id(store), product_id(product),
                        fmt::format("{}", 5 + draws.below(30))});
      }
    }
  }
  return rows;
}

}  // namespace

SmallRetailer::SmallRetailer(int n_stores, int n_days) {
  CsvRows physical = {
      {"store_id", "size_m2", "placement", "storage_capacity_m2", "address", "city", "state"}};
  CsvRows management = {{"store_id", "store_name", "regional", "current_cluster_label", "opening_date"}};
  for (int store = 0; store < n_stores; ++store) {
    const bool large = store % 2 == 1;
    const double size = large ? 200 + 3 * store : 60 + 2 * store;
    physical.push_back({store_id(store), fmt::format("{:.1f}", size), large ? "Mall" : "Street",
                        fmt::format("{:.1f}", size * 0.2), fmt::format("Street {}", store), "City", "ST"});
    management.push_back({store_id(store), fmt::format("Store {}", store), store % 4 < 2 ? "North" : "South",
                          large ? "A" : "B", fmt::format("20{}-03-01", 15 + store % 8)});
  }
  tables["dim_product"] = products();
  tables["dim_store_physical"] = std::move(physical);
  tables["dim_store_management"] = std::move(management);
  tables["fact_sales"] = sales(n_stores, n_days);
  tables["fact_inventory"] = inventory(n_stores, n_days);
}

std::string& SmallRetailer::at(const std::string& table, int row, const std::string& column) {
  CsvRows& rows = tables.at(table);
  const auto found = std::find(rows[0].begin(), rows[0].end(), column);
  if (found == rows[0].end()) throw std::invalid_argument("no column " + column);
  return rows.at(static_cast<std::size_t>(row) + 1).at(static_cast<std::size_t>(found - rows[0].begin()));
}

void SmallRetailer::drop_column(const std::string& table, const std::string& column) {
  CsvRows& rows = tables.at(table);
  const auto at = std::find(rows[0].begin(), rows[0].end(), column) - rows[0].begin();
  for (auto& row : rows) row.erase(row.begin() + at);
}

void SmallRetailer::add_row_like(const std::string& table, int row) {
  CsvRows& rows = tables.at(table);
  rows.push_back(rows.at(static_cast<std::size_t>(row) + 1));
}

void SmallRetailer::write(const std::filesystem::path& project, const std::string& more_options) const {
  for (const auto& [table, rows] : tables) {
    std::string text;
    for (const auto& row : rows) text += fmt::format("{}\n", fmt::join(row, ","));
    write_text(project / "data" / "raw" / (table + ".csv"), text);
  }
  write_text(project / "aisle.toml", "format = 1\n[model]\npreset = \"original\"\n" + more_options);
}

void SmallRetailer::write_in_parts(const std::filesystem::path& project, int n_files) const {
  write(project);
  for (const char* table : {"fact_sales", "fact_inventory"}) {
    const CsvRows& rows = tables.at(table);
    const std::filesystem::path folder = project / "data" / "raw" / table;
    std::filesystem::remove(project / "data" / "raw" / (std::string(table) + ".csv"));
    for (int part = 0; part < n_files; ++part) {
      std::string text = fmt::format("{}\n", fmt::join(rows[0], ","));
      for (std::size_t row = 1 + static_cast<std::size_t>(part); row < rows.size();
           row += static_cast<std::size_t>(n_files)) {
        text += fmt::format("{}\n", fmt::join(rows[row], ","));
      }
      write_text(folder / fmt::format("{}-{}.csv", n_files - part, table), text);
    }
  }
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

std::string read_text(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::map<std::string, std::string> files_below(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[std::filesystem::relative(entry.path(), folder).generic_string()] = read_text(entry.path());
    }
  }
  return files;
}

std::string difference(const std::map<std::string, std::string>& left,
                       const std::map<std::string, std::string>& right) {
  std::string words;
  for (const auto& [name, bytes] : left) {
    const auto other = right.find(name);
    if (other == right.end())
      words += name + " is only in the first; ";
    else if (other->second != bytes)
      words += name + " differs; ";
  }
  for (const auto& [name, bytes] : right) {
    if (!left.contains(name)) words += name + " is only in the second; ";
  }
  return words;
}

}  // namespace aisle::testing
