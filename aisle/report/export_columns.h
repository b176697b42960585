// Which columns a spreadsheet or a planning system gets of the clustered stores, under which names.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/insight/labels.h"

namespace aisle {

// A column of the export: what it is called there, what it is called here, how its values are written.
struct ExportColumn {
  std::string name;
  std::string source;
  UnitKind unit = UnitKind::kAmount;
};

// What `export.columns` says, each "COLUMN" or "COLUMN as NAME", in its order; without it, the columns that a
// planning system usually asks for, as far as they are there. Throws InvalidInput naming the entry for a
// column that `stores` does not have and for two columns of one name.
std::vector<ExportColumn> export_columns(const std::vector<std::string>& entries, const Table& stores,
                                         const FeatureLabels& labels = feature_labels());

// The rows of `stores` with these columns under their new names; ids are text as they are.
Table export_table(const Table& stores, const std::vector<ExportColumn>& columns);

}  // namespace aisle
