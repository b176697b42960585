// Bad input in the raw files, each kind with its exact message, its exit code, and the last good outputs left
// whole.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

class BadFiles : public RetailerProject {
 protected:
  void SetUp() override { run_well(); }

  void put(const std::string& file, const std::string& text) { write_text(project_ / file, text); }
};

TEST_F(BadFiles, AnEmptyFile) {
  put("data/raw/fact_sales.csv", "");
  expect_refused(3,
                 "data/raw/fact_sales.csv: the file is empty (0 bytes); expected a header and rows; write or "
                 "copy it again, or take it away");
}

TEST_F(BadFiles, AHeaderWithoutRows) {
  retailer_.tables["fact_sales"].resize(1);
  expect_data_refused(
      "data checks: fact_sales: sales_not_empty: number of rows is 0; expected at least 1; `aisle check` "
      "shows the rows");
}

TEST_F(BadFiles, ATruncatedParquetFile) {
  const std::string whole = read_text(project_ / "data/processed/store_features.parquet");
  ASSERT_GT(whole.size(), 1000u);
  std::filesystem::remove(project_ / "data/raw/fact_sales.csv");
  put("data/raw/fact_sales.parquet", whole.substr(0, whole.size() / 2));
  expect_refused(3,
                 "data/raw/fact_sales.parquet: the Parquet file is cut short (its footer is missing); "
                 "expected a whole Parquet file; write or copy it again");
}

TEST_F(BadFiles, AnEmptyParquetFile) {
  std::filesystem::remove(project_ / "data/raw/fact_sales.csv");
  put("data/raw/fact_sales.parquet", "");
  expect_refused(3,
                 "data/raw/fact_sales.parquet: the file is empty (0 bytes); expected a whole Parquet file; "
                 "write or copy it again, or take it away");
}

TEST_F(BadFiles, ARowWithAFieldTooMany) {
  retailer_.tables["fact_sales"][100] = {"2024-01-02", "S000", "P03", "1", "25.00", "15.00", "extra"};
  expect_data_refused(
      "data/raw/fact_sales.csv: line 101: it has 7 fields ('2024-01-02,S000,P03,1,25.00,15.00,extra'); "
      "expected 6, as in the header; mend or take out the line");
}

TEST_F(BadFiles, ARowCutShort) {
  retailer_.tables["fact_sales"][100] = {"2024-01-02", "S000", "P03"};
  expect_data_refused(
      "data/raw/fact_sales.csv: line 101: it has 3 fields ('2024-01-02,S000,P03'); expected 6, as in the "
      "header; mend or take out the line");
}

TEST_F(BadFiles, AQuoteThatIsNotClosedShowsOnlyTheLinesBeginning) {
  retailer_.at("dim_store_management", 2, "store_name") = "\"Store 2";
  expect_data_refused(
      "data/raw/dim_store_management.csv: line 4: a quote is opened and not closed ('S002,\"Store "
      "2,South,B,2017-03-01; S003,Store 3,South,A,2018-03-01; S004,Store 4,...'); mend the line, or set "
      "tables.dim_store_management.csv.quote");
}

TEST_F(BadFiles, BytesThatAreNothingInTheEncoding) {
  const std::string sales = read_text(project_ / "data/raw/fact_sales.csv");
  const std::size_t second_line = sales.find('\n') + 1;
  put("data/raw/fact_sales.csv", sales.substr(0, second_line) + "2024-01-02,S\x81,P03,1,25.00,15.00\n");
  expect_refused(3,
                 fmt::format("data/raw/fact_sales.csv: line 2: byte 0x81 at position {} is not windows-1252; "
                             "mend it, or set tables.fact_sales.csv.encoding",
                             second_line + 12));
}

TEST_F(BadFiles, TextInQuantity) {
  retailer_.at("fact_sales", 50, "qty") = "many";
  expect_data_refused(
      "data/raw/fact_sales.csv: line 52: qty is 'many'; expected a whole number; mend the value, or map the "
      "column to an SQL expression");
}

TEST_F(BadFiles, ADateThatDoesNotExist) {
  retailer_.at("fact_sales", 50, "date") = "2024-02-31";
  expect_data_refused(
      "data/raw/fact_sales.csv: line 52: date is '2024-02-31'; expected a day like 2024-12-31; mend it, or "
      "set tables.fact_sales.csv.date_format");
}

TEST_F(BadFiles, TextInASize) {
  retailer_.at("dim_store_physical", 5, "size_m2") = "big";
  expect_data_refused(
      "data/raw/dim_store_physical.csv: line 7: size_m2 is 'big'; expected a number with a decimal point; "
      "mend it, or set tables.dim_store_physical.csv.decimal");
}

TEST_F(BadFiles, AMissingRequiredColumn) {
  retailer_.drop_column("fact_sales", "store_id");
  expect_data_refused(
      "data/raw/fact_sales.csv: there is no column for store_id, which fact_sales needs; expected it among "
      "the columns date, product_id, qty, unit_price_at_sale, profit_at_sale; map it: "
      "tables.fact_sales.columns.store_id = \"...\"");
}

TEST_F(BadFiles, AMisspeltRequiredColumnIsProposed) {
  retailer_.tables["fact_sales"][0][1] = "storeid";
  expect_data_refused(
      "data/raw/fact_sales.csv: there is no column for store_id, which fact_sales needs; expected it among "
      "the columns date, storeid, product_id, qty, unit_price_at_sale, profit_at_sale; map it: "
      "tables.fact_sales.columns.store_id = \"storeid\"");
}

TEST_F(BadFiles, SalesWithoutAmounts) {
  retailer_.drop_column("fact_sales", "qty");
  expect_data_refused(
      "data/raw/fact_sales.csv: the sales have no amounts; expected columns for qty and unit_price_at_sale, "
      "or for sale_amount; map them under tables.fact_sales.columns");
}

TEST_F(BadFiles, NoSalesAtAll) {
  std::filesystem::remove(project_ / "data/raw/fact_sales.csv");
  expect_refused(3,
                 "fact_sales: there are no sales under data/raw; expected fact_sales.parquet, fact_sales.csv "
                 "or a folder fact_sales; put them there, or set tables.fact_sales.path in aisle.toml");
}

TEST_F(BadFiles, AMappedFileThatIsNotThere) {
  expect_options_refused(3, "[tables.fact_sales]\npath = \"exports/x.csv\"\n",
                         "fact_sales: exports/x.csv names no file; expected a Parquet or CSV file, a folder "
                         "of them, or a pattern; mend tables.fact_sales.path in aisle.toml");
}

TEST_F(BadFiles, AnUnknownColumnIsIgnoredAndNamedInTheNotes) {
  const auto before = results();
  for (auto& row : retailer_.tables["fact_sales"]) row.push_back("sun");
  retailer_.tables["fact_sales"][0].back() = "weather";
  retailer_.write(project_.path());
  const ProgramResult result = run({"run", "--verbose"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("fact_sales: columns of data/raw/fact_sales.csv that are not used: weather."),
            std::string::npos)
      << result.err;
  EXPECT_EQ(difference(results(), before), "");
}

TEST(BadPaths, SpacesAndAccentsInTheProjectAndInAMappedFile) {
  const TemporaryFolder folder("São João nº 1");
  const std::filesystem::path project = folder / "Grande loja é";
  SmallRetailer retailer(16, 60);
  retailer.write(project, "[tables.fact_sales]\npath = \"exportações/vendas de março.csv\"\n");
  std::filesystem::create_directories(project / "exportações");
  std::filesystem::rename(project / "data/raw/fact_sales.csv", project / "exportações/vendas de março.csv");
  const ProgramResult well = run_aisle({"run", "--quiet", "--project", project.string()});
  EXPECT_EQ(well.exit_code, 0) << well.err;
  write_text(project / "exportações/vendas de março.csv", "");
  const ProgramResult broken = run_aisle({"run", "--quiet", "--project", project.string()});
  EXPECT_EQ(broken.exit_code, 3);
  EXPECT_EQ(last_line(broken.err),
            "aisle: exportações/vendas de março.csv: the file is empty (0 bytes); expected a header and "
            "rows; write or copy it again, or take it away");
}

}  // namespace
}  // namespace aisle::testing
