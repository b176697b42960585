// docs/features.md, from the catalogue.
#include <fmt/format.h>

#include "aisle/features/feature_catalogue.h"

namespace aisle {
namespace {

std::string table_of(const std::vector<FeatureColumn>& columns) {
  std::string text = "| column | unit | what it is |\n|---|---|---|\n";
  for (const FeatureColumn& column : columns) {
    text += fmt::format("| `{}` | {} | {} |\n", column.name, column.unit, column.about);
  }
  return text;
}

std::string needs_of(const FeatureGroup& group) {
  std::string text;
  for (const std::string& need : group.needs) text += (text.empty() ? "`" : ", `") + need + "`";
  return text;
}

std::string section_of(const FeatureGroup& group) {
  return fmt::format("### {} (`{}`)\n\n{}\n\nNeeds {}. Query: [`{}`](../{}).\n\n{}\n", group.title,
                     group.name, group.about, needs_of(group), group.file, group.file,
                     table_of(group.columns));
}

}  // namespace

std::string feature_page() {
  std::string text =
      "<!-- Made by scripts/write_feature_page.sh from the heads of the files in sql/; edit those. -->\n\n"
      "# Features\n\n"
      "`data/processed/store_features.parquet` has one row a store, sorted by `store_id`. Its columns are "
      "the "
      "store's attributes, then the groups below in this order. A group whose input is missing is left out, "
      "and "
      "the run says why. Means are exact sums over counts: the same data give the same bytes, whatever the "
      "number of threads and the order of rows and files. A value that cannot be told for a store (growth of "
      "a "
      "store that opened last month) is empty, never 0.\n\n"
      "## Always made\n\n";
  for (const FeatureGroup& group : feature_catalogue()) {
    if (!group.switchable) text += section_of(group);
  }
  text +=
      "## Made where `features.groups` names them\n\n"
      "`features.groups = [\"mix\", \"weekend\"]` in aisle.toml. A column that no store has a value for is "
      "left "
      "out.\n\n";
  for (const FeatureGroup& group : feature_catalogue()) {
    if (group.switchable) text += section_of(group);
  }
  text +=
      "## Tables that a query may read\n\n"
      "Besides the tables of the [data contract](data-contract.md). Money is counted in whole units of 1e-4, "
      "so "
      "that every sum is exact. How to add a feature of your own: "
      "[how-to-add-a-feature.md](how-to-add-a-feature.md).\n\n";
  for (const WorkingTable& table : working_table_catalogue()) {
    text += fmt::format("### `{}`\n\n{}\n\n{}\n", table.name, table.about, table_of(table.columns));
  }
  text.pop_back();
  return text;
}

}  // namespace aisle
