// How well one column of a user's file serves as one column of the contract, and why.
#pragma once

#include <string>
#include <vector>

#include "aisle/onboard/links.h"
#include "aisle/project/contract.h"

namespace aisle {

// What a file is taken for. Unknown until the first look over all files is done.
enum class FileRole { kUnknown, kSales, kInventory, kProducts, kStores };

// The files of a look and what is known of them so far.
struct Evidence {
  const std::vector<SourceProfile>& sources;
  const std::vector<Link>& links;
  std::vector<FileRole> roles;  // as long as sources
};

struct ColumnScore {
  double sure = 0;  // in [0, 1]
  std::vector<std::string> reasons;
};

// 0 where the values cannot be that column.
ColumnScore score_column(const Evidence& evidence, const ContractTable& table, const ContractColumn& wanted,
                         std::size_t source, std::size_t column);

// The SQL, or the bare column name, that turns the user's column into the contract's.
std::string mapping_of(const SourceProfile& source, const ColumnProfile& column,
                       const ContractColumn& wanted);

// The column as a DOUBLE in SQL over the sample.
std::string number_sql(const ColumnProfile& column);

}  // namespace aisle
