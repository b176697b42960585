#include "aisle/project/contract.h"

namespace aisle {
namespace {

std::vector<ContractTable> make_contract() {
  using enum ColumnType;
  return {
      {"fact_sales",
       true,
       false,
       "one row a sale line (or any sum of them, e.g. per store, product and day)",
       {{"date", kDate, true, "day of the sale"},
        {"store_id", kText, true, "the store that sold"},
        {"product_id", kText, false, "what was sold"},
        {"qty", kInt64, false, "units sold; negative for a return"},
        {"unit_price_at_sale", kDouble, false, "price paid for one unit"},
        {"sale_amount", kDouble, false, "amount paid for the line, where the price of a unit is not known"},
        {"profit_at_sale", kDouble, false, "profit of the line"}}},
      {"dim_store_management",
       true,
       true,
       "one row a store: its name, region and dates",
       {{"store_id", kText, true, "the store's key, as in the sales"},
        {"store_name", kText, false, "its name for people"},
        {"regional", kText, false, "region or district that it reports to"},
        {"current_cluster_label", kText, false, "the cluster it is in today, if there is one"},
        {"opening_date", kDate, false, "day it opened"},
        {"closing_date", kDate, false, "day it closed; empty while it trades"}}},
      {"dim_store_physical",
       false,
       true,
       "one row a store: its building and address",
       {{"store_id", kText, true, "the store's key, as in the sales"},
        {"size_m2", kDouble, false, "sales area in square metres; empty where unknown"},
        {"placement", kText, false, "where it stands or what kind it is, e.g. mall or street"},
        {"storage_capacity_m2", kDouble, false, "storage area in square metres"},
        {"address", kText, false, "street and number"},
        {"city", kText, false, "city"},
        {"state", kText, false, "state or province"}}},
      {"dim_product",
       false,
       true,
       "one row a product",
       {{"product_id", kText, true, "the product's key, as in the sales"},
        {"name", kText, false, "its name for people"},
        {"category", kText, false, "the group that the category mix is made of"},
        {"base_price", kDouble, false, "list price of one unit"},
        {"cost", kDouble, false, "cost of one unit"}}},
      {"fact_inventory",
       false,
       false,
       "one row a store, product and day of counting",
       {{"snapshot_date", kDate, true, "day of the count"},
        {"store_id", kText, true, "the store that holds the stock"},
        {"product_id", kText, true, "what is held"},
        {"qty_on_hand", kInt64, true, "units on hand"}}},
  };
}

}  // namespace

const ContractColumn* ContractTable::find(std::string_view column) const {
  for (const ContractColumn& candidate : columns) {
    if (candidate.name == column) return &candidate;
  }
  return nullptr;
}

const std::vector<ContractTable>& contract_tables() {
  static const std::vector<ContractTable> tables = make_contract();
  return tables;
}

const ContractTable* find_contract_table(std::string_view name) {
  for (const ContractTable& table : contract_tables()) {
    if (table.name == name) return &table;
  }
  return nullptr;
}

}  // namespace aisle
