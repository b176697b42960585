// The data contract: the raw tables that aisle reads and their columns. Mappings, checks and the guesses of
// `init --from` are all held against this one list; docs/data-contract.md explains it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aisle/base/table.h"

namespace aisle {

struct ContractColumn {
  std::string_view name;
  ColumnType type;
  bool required;  // the table means nothing without it
  std::string_view help;
};

struct ContractTable {
  std::string_view name;
  bool required;
  bool takes_extra_columns;  // a mapping may add columns of its own (a brand, a latitude)
  std::string_view help;
  std::vector<ContractColumn> columns;

  // Null when there is no such column.
  const ContractColumn* find(std::string_view column) const;
};

// In the order in which people read them: sales, stores, products, inventory.
const std::vector<ContractTable>& contract_tables();
// Null when there is no such table.
const ContractTable* find_contract_table(std::string_view name);

}  // namespace aisle
