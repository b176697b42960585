#include "aisle/report/spreadsheet.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "aisle/base/errors.h"
#include "tests/support/temporary_folder.h"

namespace aisle {
namespace {

const NumberWords kWords("en_US", "");

TEST(Spreadsheet, RefusesWhatItsSheetsCannotHold) {
  const aisle::testing::TemporaryFolder folder("spreadsheet");
  const std::vector<ExportColumn> columns = {{"note", "note", UnitKind::kAmount}};
  Table many;
  many.add(text_column("note", std::vector<std::string>(1048576)));
  try {
    write_spreadsheet(folder / "many.xlsx", many, columns, std::vector<std::int64_t>(1048576, -1), {},
                      kWords);
    FAIL() << "nothing was thrown";
  } catch (const InvalidInput& error) {
    EXPECT_STREQ(
        error.what(),
        "export --format xlsx: 1048576 stores; expected at most 1,048,575, which is what a worksheet "
        "holds; export them as csv or parquet");
  }
  Table text;
  text.add(text_column("note", {"short", std::string(32768, 'x')}));
  try {
    write_spreadsheet(folder / "text.xlsx", text, columns, {-1, -1}, {}, kWords);
    FAIL() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_STREQ(
        error.what(),
        "column 'note', row 2: has a text of 32768 characters; expected at most 32,767, which is what a "
        "cell of a spreadsheet holds; export it as csv or parquet");
  }
}

TEST(Spreadsheet, RefusesStoresOfAnotherRunThanTheSegments) {
  const aisle::testing::TemporaryFolder folder("spreadsheet");
  Table table;
  table.add(text_column("note", {"a", "b"}));
  SegmentsSummary summary;
  summary.segments.resize(2);
  summary.segments[0].cluster = 3;
  summary.segments[1].cluster = 8;
  try {
    write_spreadsheet(folder / "a.xlsx", table, {{"note", "note", UnitKind::kAmount}}, {8, 1}, summary,
                      kWords);
    FAIL() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_STREQ(
        error.what(),
        "final_clustered_stores.parquet: has a store in cluster 1; expected a cluster of its run: 3, "
        "8; run `aisle run` to make it anew");
  }
}

TEST(Spreadsheet, StopsWhenAsked) {
  const aisle::testing::TemporaryFolder folder("spreadsheet");
  CancelFlag cancel;
  cancel.request();
  Table table;
  table.add(text_column("note", {"a"}));
  EXPECT_THROW(write_spreadsheet(folder / "a.xlsx", table, {{"note", "note", UnitKind::kAmount}}, {-1}, {},
                                 kWords, &cancel),
               Cancelled);
}

}  // namespace
}  // namespace aisle
