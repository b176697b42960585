#include "aisle/engine/raw_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "aisle/base/errors.h"
#include "aisle/engine/csv_errors.h"
#include "aisle/engine/in_place.h"
#include "aisle/engine/table_source.h"
#include "aisle/engine/user_sql.h"

namespace aisle {
namespace {

constexpr const char* kSales = "fact_sales";
constexpr const char* kProducts = "dim_product";
constexpr const char* kPhysical = "dim_store_physical";
constexpr const char* kManagement = "dim_store_management";

std::string view_of(const std::string& table) {
  return "raw_" + table;
}
std::string mapped_of(const std::string& table) {
  return "mapped_" + table;
}

// Parquet files whose values could be of another type are looked at on this machine. An engine elsewhere
// reads the files where they lie as long as their columns need no more than a change of width; text that
// stands for numbers and days, and the user's own expressions, become a copy first.
void make_mapped_parquet(Engine& engine, const std::string& name, const OpenedSource& opened,
                         const ProjectPaths& paths) {
  check_values(engine.embedded(), opened, paths);
  const std::string select = select_columns(opened, CastKind::kChecked);
  if (engine.dialect() == SqlDialect::kDuckdb) return engine.make_view(name, select);
  const std::optional<InPlace> in_place = read_in_place(opened, "files_of_" + name);
  if (!in_place) return engine.put_rows(name, select);
  engine.make_file_view("files_of_" + name, in_place->files);
  engine.make_view(name, in_place->select);
}

// A CSV is parsed on this machine, once.
void make_mapped(Engine& engine, const OpenedSource& opened, const ProjectPaths& paths) {
  const std::string name = mapped_of(std::string(opened.contract->name));
  if (!opened.source.is_csv) return make_mapped_parquet(engine, name, opened, paths);
  try {
    engine.put_rows(name, select_columns(opened, CastKind::kStrict));
  } catch (const DataError& error) {
    if (!is_csv_row_error(error)) check_values(engine.embedded(), opened, paths);
    throw;
  }
}

bool has_column(const RawTable& table, const std::string& column) {
  return std::find(table.columns.begin(), table.columns.end(), column) != table.columns.end();
}

// The price of a unit where the files have the amount of the line alone.
std::string derived_columns(RawTable& table) {
  if (table.name != kSales || has_column(table, "unit_price_at_sale") || !has_column(table, "sale_amount"))
    return "";
  if (!has_column(table, "qty")) return "";
  table.columns.insert(std::find(table.columns.begin(), table.columns.end(), "sale_amount"),
                       "unit_price_at_sale");
  return ", sale_amount / nullif(qty, 0) AS unit_price_at_sale";
}

void check_sales(const RawTable& sales, const ProjectPaths& paths) {
  const bool has_amount = has_column(sales, "sale_amount");
  if (has_amount || (has_column(sales, "unit_price_at_sale") && has_column(sales, "qty"))) return;
  throw DataError({.where = shown_path(sales.files.front(), paths),
                   .what = "the sales have no amounts",
                   .expected = "columns for qty and unit_price_at_sale, or for sale_amount",
                   .remedy = "map them under tables.fact_sales.columns"});
}

// Makes what holds a condition of `[scope]`; a fault in it is the condition's.
void make_narrowed(Engine& engine, const std::string& key, const std::string& condition,
                   const std::function<void()>& make) {
  if (const std::string fault = fault_of_user_expression(engine.embedded(), condition); !fault.empty()) {
    throw InvalidInput({.where = key,
                        .what = fmt::format("'{}' {}", condition, fault),
                        .expected = kUserSqlScope,
                        .remedy = ""});
  }
  try {
    make();
  } catch (const DataError& error) {
    throw InvalidInput(
        {.where = key,
         .what = fmt::format("'{}' is no condition that works ({})", condition, error.parts().what),
         .expected = "an SQL condition on columns of the contract",
         .remedy = ""});
  }
}

void check_scope_leaves_some(Engine& engine, const std::string& key, const std::string& condition,
                             const std::string& list) {
  if (engine.query("SELECT count(*) AS n FROM " + list).column("n").ints[0] > 0) return;
  throw InvalidInput({.where = key,
                      .what = fmt::format("nothing meets '{}'", condition),
                      .expected = "a condition that leaves something",
                      .remedy = ""});
}

// Keys that meet the scope's condition, as a table; its name, or "" without a condition.
std::string scope_stores(Engine& engine, const RawTables& tables, const std::string& condition) {
  if (condition.empty()) return "";
  const bool physical = tables.find(kPhysical) != nullptr;
  const bool management = tables.find(kManagement) != nullptr;
  std::string stores = "(SELECT DISTINCT store_id FROM mapped_fact_sales)";
  if (physical && management) {
    stores =
        "(SELECT * FROM mapped_dim_store_management FULL JOIN mapped_dim_store_physical USING (store_id))";
  } else if (physical || management) {
    stores = mapped_of(physical ? kPhysical : kManagement);
  }
  make_narrowed(engine, "scope.stores", condition, [&] {
    engine.make_table("scope_stores",
                      fmt::format("SELECT DISTINCT store_id FROM {} WHERE ({}\n)", stores, condition));
  });
  check_scope_leaves_some(engine, "scope.stores", condition, "scope_stores");
  return "scope_stores";
}

std::string scope_products(Engine& engine, const RawTables& tables, const std::string& condition) {
  if (condition.empty()) return "";
  if (tables.find(kProducts) == nullptr || !tables.has(kSales, "product_id")) {
    throw InvalidInput({.where = "scope.products",
                        .what = "there are no products to choose from",
                        .expected = "dim_product, and product_id in fact_sales",
                        .remedy = "leave scope.products empty"});
  }
  make_narrowed(engine, "scope.products", condition, [&] {
    engine.make_table("scope_products", fmt::format("SELECT DISTINCT product_id FROM {} WHERE ({}\n)",
                                                    mapped_of(kProducts), condition));
  });
  check_scope_leaves_some(engine, "scope.products", condition, "scope_products");
  return "scope_products";
}

void make_view(Engine& engine, RawTable& table, const ScopeOptions& scope, const std::string& stores,
               const std::string& products) {
  std::vector<std::string> conditions;
  if (!stores.empty() && has_column(table, "store_id")) {
    conditions.push_back("store_id IN (SELECT store_id FROM " + stores + ")");
  }
  if (!products.empty() && has_column(table, "product_id")) {
    conditions.push_back("product_id IN (SELECT product_id FROM " + products + ")");
  }
  const std::string derived = derived_columns(table);
  std::string relation = mapped_of(table.name);
  if (!derived.empty()) relation = "(SELECT *" + derived + " FROM " + relation + ")";
  const bool narrows = table.name == kSales && !scope.sales.empty();
  if (narrows) conditions.push_back("(" + scope.sales + "\n)");
  const std::string where =
      conditions.empty() ? "" : fmt::format(" WHERE {}", fmt::join(conditions, " AND "));
  const auto make = [&] {
    engine.make_view(view_of(table.name), fmt::format("SELECT * FROM {}{}", relation, where));
  };
  if (!narrows) return make();
  make_narrowed(engine, "scope.sales", scope.sales, make);
}

void note_missing(RawTables& tables) {
  for (const ContractTable& contract : contract_tables()) {
    const RawTable* table = tables.find(std::string(contract.name));
    if (table == nullptr) {
      tables.notes.push_back(fmt::format("There is no {} ({}).", contract.name, contract.help));
      continue;
    }
    std::vector<std::string_view> missing;
    for (const ContractColumn& column : contract.columns) {
      const bool is_either = column.name == "sale_amount" && has_column(*table, "unit_price_at_sale");
      if (!is_either && !has_column(*table, std::string(column.name))) missing.push_back(column.name);
    }
    if (!missing.empty()) {
      tables.notes.push_back(fmt::format("{} has no {}.", contract.name, fmt::join(missing, ", ")));
    }
  }
}

void open_one(Engine& engine, const ContractTable& contract, const Options& options,
              const ProjectPaths& paths, RawTables& tables) {
  const std::string name(contract.name);
  const auto given = options.tables.find(name);
  const TableSource none;
  const TableSource& source = given == options.tables.end() ? none : given->second;
  std::optional<SourceFiles> files = find_source_files(name, &source, paths);
  if (!files) return;
  std::vector<std::string> extras;
  if (name == kProducts && contract.find(options.features.mix_column) == nullptr) {
    extras.push_back(options.features.mix_column);
  }
  const std::vector<std::filesystem::path> paths_of_files = files->files;
  try {
    const OpenedSource opened =
        open_table_source(engine.embedded(), contract, std::move(*files), source, extras, paths);
    make_mapped(engine, opened, paths);
    RawTable table{.name = name, .columns = {}, .files = opened.source.files, .is_csv = opened.source.is_csv};
    for (const MappedColumn& column : opened.columns) table.columns.push_back(column.name);
    tables.notes.insert(tables.notes.end(), opened.notes.begin(), opened.notes.end());
    tables.tables.push_back(std::move(table));
  } catch (const DataError& error) {
    if (is_csv_row_error(error)) throw csv_row_error(error, name, paths_of_files, paths);
    throw;
  }
}

}  // namespace

const RawTable* RawTables::find(const std::string& name) const {
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const RawTable& t) { return t.name == name; });
  return found == tables.end() ? nullptr : &*found;
}

bool RawTables::has(const std::string& table, const std::string& column) const {
  const RawTable* found = find(table);
  return found != nullptr && has_column(*found, column);
}

RawTables open_raw_tables(Engine& engine, const Options& options, const ProjectPaths& paths) {
  RawTables tables;
  for (const ContractTable& contract : contract_tables()) open_one(engine, contract, options, paths, tables);
  const RawTable* sales = tables.find(kSales);
  if (sales == nullptr) {
    throw DataError({.where = kSales,
                     .what = fmt::format("there are no sales under {}", shown_path(paths.raw, paths)),
                     .expected = "fact_sales.parquet, fact_sales.csv or a folder fact_sales",
                     .remedy = "put them there, or set tables.fact_sales.path in aisle.toml"});
  }
  check_sales(*sales, paths);
  const std::string stores = scope_stores(engine, tables, options.scope.stores);
  const std::string products = scope_products(engine, tables, options.scope.products);
  for (RawTable& table : tables.tables) make_view(engine, table, options.scope, stores, products);
  note_missing(tables);
  return tables;
}

void open_unchecked_tables(Engine& engine, const RawTables& tables) {
  for (const RawTable& table : tables.tables) {
    engine.make_view(table.name, "SELECT * FROM " + view_of(table.name));
  }
}

}  // namespace aisle
