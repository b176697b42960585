#include "aisle/base/table.h"
#include "aisle/features/feature_catalogue.h"
#include "aisle/flow/asset_graph.h"
#include "aisle/project/contract.h"

namespace aisle {

std::vector<AssetColumn> asset_columns(const std::string& key) {
  std::vector<AssetColumn> columns;
  if (const ContractTable* table = find_contract_table(key)) {
    for (const ContractColumn& column : table->columns) {
      columns.push_back({std::string(column.name), column_type_name(column.type), std::string(column.help)});
    }
  } else if (key == "store_features") {
    for (const FeatureGroup& group : feature_catalogue()) {
      for (const FeatureColumn& column : group.columns)
        columns.push_back({column.name, column.unit, column.about});
    }
  }
  return columns;
}

}  // namespace aisle
