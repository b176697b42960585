#include "aisle/base/table.h"
#include "aisle/features/feature_catalogue.h"
#include "aisle/flow/asset_graph.h"
#include "aisle/project/contract.h"
#include "aisle/quality/default_suites.h"

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

std::vector<std::string> asset_checks(const std::string& key) {
  std::vector<std::string> names;
  for (const Suite& suite : built_in_suites(ReturnsPolicy::kNet)) {
    if (suite.table != key) continue;
    for (const auto& expectation : suite.expectations) names.push_back(expectation.name);
  }
  return names;
}

}  // namespace aisle
