#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "aisle/project/contract.h"

namespace aisle {
namespace {

TEST(DataContractPage, NamesEveryTableAndColumn) {
  std::ostringstream page;
  page << std::ifstream(AISLE_SOURCE_DIR "/docs/data-contract.md").rdbuf();
  for (const ContractTable& table : contract_tables()) {
    const auto section = page.str().find("### " + std::string(table.name));
    ASSERT_NE(section, std::string::npos) << table.name;
    for (const ContractColumn& column : table.columns) {
      EXPECT_NE(page.str().find("`" + std::string(column.name) + "`", section), std::string::npos)
          << table.name << "." << column.name;
    }
  }
}

}  // namespace
}  // namespace aisle
