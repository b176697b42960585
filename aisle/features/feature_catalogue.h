// What features there are: the groups, their columns and what they need, read from the heads of the SQL
// files. docs/features.md is made from the same.
//
// The head of a file is its first comment lines, "-- key: value" each:
//   group, title, about      the group's name in features.groups, and words for people
//   needs                    table.column of the contract, comma separated; {mix_column} is the option's
//   reads                    the working tables that the query reads
//   switchable               "no" for groups that are made whatever features.groups says
//   shape                    "long": the query returns (store_id, name, value), a column a name
//   prefix                   of a long group's columns
//   missing                  "0": a store without a row gets 0 (else null)
//   column                   name | unit | description, one line a column
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aisle {

struct FeatureColumn {
  std::string name;  // "mix_*" for the columns of a long group
  std::string unit;
  std::string about;
};

enum class QueryShape { kWide, kLong };
enum class MissingStores { kNull, kZero };

struct FeatureGroup {
  std::string name;
  std::string title;
  std::string about;
  std::vector<std::string> needs;  // "fact_sales.qty"
  std::vector<std::string> reads;
  bool switchable = true;
  QueryShape shape = QueryShape::kWide;
  std::string prefix;
  MissingStores missing = MissingStores::kNull;
  std::vector<FeatureColumn> columns;
  std::string file;  // "sql/features/010_sales.sql"
  std::string sql;   // the whole file
};

// A table that a query may read, made before the groups.
struct WorkingTable {
  std::string name;
  std::string about;
  std::vector<FeatureColumn> columns;
  std::string file;  // empty where it is made in C++
  std::string sql;
};

// In the order in which their columns stand in store_features.
const std::vector<FeatureGroup>& feature_catalogue();
// In the order in which they are made.
const std::vector<WorkingTable>& working_table_catalogue();

// Reads one file's head. Throws DataError naming `file` and the line for a head that is not of this form.
FeatureGroup read_feature_group(std::string_view text, const std::string& file);

// docs/features.md.
std::string feature_page();

}  // namespace aisle
