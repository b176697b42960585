// Store features with planted groups, for tests: drawn by store, so that store 7 is the same in any table.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "aisle/base/random.h"
#include "aisle/base/table.h"

namespace aisle {

// "store 7": a word with a number behind it.
inline std::string numbered(std::string word, std::size_t number) {
  return word.append(std::to_string(number));
}

// The columns of the reference that the preset `original` reads, in `n_groups` groups that lie apart.
inline Table synthetic_stores(std::size_t n_stores, std::uint32_t n_groups = 4, double spread = 0.1) {
  std::vector<std::string> ids;
  std::vector<std::string> names;
  std::vector<std::string> regions;
  std::vector<std::string> placements;
  std::vector<std::int64_t> openings;
  std::vector<double> sizes;
  std::vector<double> revenues;
  std::vector<double> tickets;
  std::vector<double> per_area;
  std::vector<double> depths;
  std::vector<std::int64_t> products;
  for (std::size_t store = 0; store < n_stores; ++store) {
    RandomDraws draws(11, 3, store);
    const std::uint32_t group = draws.below(n_groups);
    const double level = 1.0 + group;
    ids.push_back(numbered("store ", 1000000 + store));
    names.push_back(numbered("Loja ", store));
    regions.push_back(std::string("region ") + static_cast<char>('A' + group % 3));
    placements.push_back(group % 2 == 0 ? "Mall" : "Street");
    openings.push_back(days_from_civil(2015 + static_cast<int>(group), 1, 1) + draws.below(30));
    sizes.push_back(100 * level * (1 + spread * draws.normal()));
    revenues.push_back(1e6 * level * level * (1 + spread * draws.normal()));
    tickets.push_back(50 + 20 * static_cast<double>((group * 7) % 5) + spread * 10 * draws.normal());
    per_area.push_back(revenues.back() / sizes.back());
    depths.push_back(27 + 3 * static_cast<double>((group * 3) % 4) + spread * draws.normal());
    products.push_back(200);
  }
  Table table;
  table.add(text_column("store_id", ids));
  table.add(text_column("store_name", names));
  table.add(text_column("regional", regions));
  table.add(text_column("placement", placements));
  Column opening = int_column("opening_date", openings);
  opening.type = ColumnType::kDate;
  table.add(opening);
  table.add(double_column("total_revenue", revenues));
  table.add(double_column("avg_ticket_item", tickets));
  table.add(double_column("avg_inventory_depth", depths));
  table.add(int_column("unique_products_stocked", products));
  table.add(double_column("size_m2", sizes));
  table.add(double_column("revenue_per_sqm", per_area));
  return table;
}

inline void set_null(Table& table, const std::string& name, std::size_t row) {
  for (Column& column : table.columns()) {
    if (column.name != name) continue;
    if (column.is_null.empty()) column.is_null.assign(column.size(), 0);
    column.is_null[row] = 1;
  }
}

inline Column& column_of(Table& table, const std::string& name) {
  for (Column& column : table.columns()) {
    if (column.name == name) return column;
  }
  throw std::runtime_error("no column " + name);
}

}  // namespace aisle
