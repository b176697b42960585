// The contract's tables over files as they really come: dialects, mappings, partitions, and every fault with
// its exact message.
#include "aisle/engine/raw_tables.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

class RawTablesTest : public testing::Test {
 protected:
  RawTablesTest()
      : folder_(fs::temp_directory_path() / ("aisle raw é " + std::to_string(getpid()) +
                                             testing::UnitTest::GetInstance()->current_test_info()->name())),
        paths_(folder_),
        engine_(open_duckdb({.n_threads = 2})) {
    fs::create_directories(paths_.raw);
  }
  ~RawTablesTest() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& bytes) {
    fs::create_directories((paths_.raw / name).parent_path());
    std::ofstream(paths_.raw / name, std::ios::binary) << bytes;
  }
  void write_rows(const std::string& name, const std::string& query) {
    fs::create_directories((paths_.raw / name).parent_path());
    engine_->write_parquet(query, paths_.raw / name);
  }
  void write_sales() {
    write("fact_sales.csv",
          "date,store_id,product_id,qty,unit_price_at_sale\n"
          "2024-01-01,007,p1,1,2.50\n2024-01-02,008,p2,2,3.00\n2024-01-03,007,p2,-1,3.00\n");
  }
  RawTables open() { return open_raw_tables(*engine_, options_, paths_); }
  Table rows(const std::string& query) { return engine_->query(query); }
  // The message of the error that opening gives.
  std::string fault() {
    try {
      open();
    } catch (const Error& error) {
      return error.kind() + std::string(" | ") + error.what();
    }
    return "no error";
  }

  fs::path folder_;
  ProjectPaths paths_;
  std::unique_ptr<EmbeddedEngine> engine_;
  Options options_;
};

TEST_F(RawTablesTest, ACsvOfTheContractsOwnNamesNeedsNothing) {
  write_sales();
  const RawTables tables = open();
  ASSERT_NE(tables.find("fact_sales"), nullptr);
  EXPECT_TRUE(tables.find("fact_sales")->is_csv);
  EXPECT_EQ(tables.find("dim_product"), nullptr);
  EXPECT_TRUE(tables.has("fact_sales", "qty"));
  EXPECT_FALSE(tables.has("fact_sales", "profit_at_sale"));
  const Table sales = rows("SELECT * FROM raw_fact_sales ORDER BY date");
  EXPECT_EQ(sales.column("store_id").texts.at(0), "007");
  EXPECT_EQ(sales.column("qty").type, ColumnType::kInt64);
  EXPECT_EQ(sales.column("qty").ints.at(2), -1);
  EXPECT_EQ(sales.column("date").type, ColumnType::kDate);
  EXPECT_EQ(sales.column("unit_price_at_sale").doubles.at(0), 2.5);
  open_unchecked_tables(*engine_, tables);
  EXPECT_EQ(rows("SELECT * FROM fact_sales").n_rows(), 3u);
}

TEST_F(RawTablesTest, NotesSayWhatIsMissingAndUnused) {
  write("fact_sales.csv", "date,store_id,qty,unit_price_at_sale,till\n2024-01-01,1,1,2.5,9\n");
  const RawTables tables = open();
  EXPECT_EQ(tables.notes.at(0), "fact_sales: columns of data/raw/fact_sales.csv that are not used: till.");
  EXPECT_EQ(tables.notes.at(1), "fact_sales has no product_id, profit_at_sale.");
  EXPECT_EQ(tables.notes.back().substr(0, 26), "There is no fact_inventory");
}

TEST_F(RawTablesTest, SemicolonsDecimalCommasAndBrazilianDaysAreFound) {
  write("fact_sales.csv",
        "date;store_id;product_id;qty;unit_price_at_sale\r\n"
        "31/01/2024;007;p1;1;1.234,50\r\n01/02/2024;\"008\";p2;2;3\r\n;;;;\r\n");
  open();
  const Table sales = rows("SELECT * FROM raw_fact_sales ORDER BY date NULLS LAST");
  EXPECT_EQ(sales.column("date").text_at(0), "2024-01-31");
  EXPECT_EQ(sales.column("date").text_at(1), "2024-02-01");
  EXPECT_EQ(sales.column("unit_price_at_sale").doubles.at(0), 1234.5);
  EXPECT_TRUE(sales.column("qty").null_at(2));
}

TEST_F(RawTablesTest, EncodingsAreFound) {
  write_sales();
  write("dim_product.csv",
        "product_id,name,category\np1,Cal\xE7"
        "a \x80 5,A\xE7\xE3o\n");
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("store_id,regional\n7,S\xE3o\n")) wide += {c, '\0'};
  write("dim_store_management.csv", wide);
  std::string high_first = "\xFE\xFF";
  for (const char c : std::string("store_id,placement\n7,Cal\xE7"
                                  "ada\n"))
    high_first += {'\0', c};
  write("dim_store_physical.csv", high_first);
  open();
  EXPECT_EQ(rows("SELECT * FROM raw_dim_product").column("category").texts.at(0), "Ação");
  EXPECT_EQ(rows("SELECT * FROM raw_dim_product").column("name").texts.at(0), "Calça € 5");
  EXPECT_EQ(rows("SELECT * FROM raw_dim_store_management").column("regional").texts.at(0), "São");
  EXPECT_EQ(rows("SELECT * FROM raw_dim_store_physical").column("placement").texts.at(0), "Calçada");
}

TEST_F(RawTablesTest, AFileOfAnotherEncodingIsReadAnewWhenItChanges) {
  write_sales();
  const auto category = [&] {
    open();
    return rows("SELECT * FROM raw_dim_product").column("category").texts.at(0);
  };
  write("dim_product.csv", "product_id,name,category\np1,x,A\xE7\xE3o\n");
  EXPECT_EQ(category(), "Ação");
  write("dim_product.csv", "product_id,name,category\np1,x,Sal\xE3o\n");
  EXPECT_EQ(category(), "Salão");
  options_.tables["dim_product"].csv.encoding = "windows-1251";
  EXPECT_EQ(category(), "Salгo");
}

TEST_F(RawTablesTest, FilesOfATableMayDifferInEncodingAndKeepTheirPartitions) {
  write("fact_sales/year=2023/a.csv",
        "date,store_id,qty,unit_price_at_sale\n2023-01-01,Pra\xE7"
        "a,1,2\n");
  write("fact_sales/year=2024/a.csv", "date,store_id,qty,unit_price_at_sale\n2024-01-01,Praça,1,2\n");
  options_.tables["fact_sales"].columns = {{"profit_at_sale", "CAST(\"year\" AS DOUBLE)"}};
  open();
  const Table sales = rows("SELECT * FROM raw_fact_sales ORDER BY date");
  EXPECT_EQ(sales.column("store_id").texts, (std::vector<std::string>{"Praça", "Praça"}));
  EXPECT_EQ(sales.column("profit_at_sale").doubles, (std::vector<double>{2023, 2024}));
}

TEST_F(RawTablesTest, BytesThatCannotBeDecodedAreNamed) {
  const std::string header = "date,store_id,qty,unit_price_at_sale\n";
  write("fact_sales.csv", header +
                              "2024-01-01,Pra\xE7"
                              "a,1,2\n2024-01-01,\x81,1,2\n");
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.csv: line 3: byte 0x81 at position 69 is not windows-1252; mend "
            "it, or set tables.fact_sales.csv.encoding");
  options_.tables["fact_sales"].csv.encoding = "utf-8";
  EXPECT_EQ(
      fault(),
      "DataError | data/raw/fact_sales.csv: line 2: byte 0xe7 at position 51 is not utf-8; mend it, or set "
      "tables.fact_sales.csv.encoding");
  options_.tables["fact_sales"].csv.encoding = "";
  write("fact_sales.csv", header +
                              "2024-01-01,Pra\xE7"
                              "a,1\n");
  EXPECT_EQ(
      fault(),
      "DataError | data/raw/fact_sales.csv: line 2: it has 3 fields ('2024-01-01,Praça,1'); expected 4, as "
      "in the header; mend or take out the line")
      << "a fault in a copy is the file's";
  write("fact_sales.csv", header +
                              "2024-01-01,Pra\xE7"
                              "a,1,dois\n");
  EXPECT_EQ(
      fault(),
      "DataError | data/raw/fact_sales.csv: line 2: unit_price_at_sale is 'dois'; expected a number with a "
      "decimal point; mend it, or set tables.fact_sales.csv.decimal");
}

TEST_F(RawTablesTest, ColumnsAreMappedByNameOrExpression) {
  write("vendas.csv", "Data|Loja|Qtd|Valor Total|Desconto\n2024-01-05|01|2|10.00|1.00\n");
  options_.tables["fact_sales"].path = "data/raw/vendas.csv";
  options_.tables["fact_sales"].columns = {{"date", "Data"},
                                           {"store_id", "'S' || Loja"},
                                           {"qty", "qtd"},
                                           {"sale_amount", "\"Valor Total\" - Desconto"}};
  const RawTables tables = open();
  const Table sales = rows("SELECT * FROM raw_fact_sales");
  EXPECT_EQ(sales.column("store_id").texts.at(0), "S01");
  EXPECT_EQ(sales.column("sale_amount").doubles.at(0), 9.0);
  EXPECT_EQ(sales.column("unit_price_at_sale").doubles.at(0), 4.5);
  EXPECT_TRUE(tables.has("fact_sales", "unit_price_at_sale"));
}

TEST_F(RawTablesTest, AColumnThatAnExpressionUsesHasTheTypeOfItsText) {
  write_sales();
  write("dim_product.csv", "Item,Pack,Price,Label\n007,6,\"1,200.50\",PACKAGE\n");
  options_.tables["dim_product"].columns = {{"product_id", "'p' || Item"},
                                            {"category", "CASE WHEN Label = 'PACKAGE' THEN 'boxed' END"},
                                            {"base_price", "Price / Pack"}};
  open();
  const Table products = rows("SELECT * FROM raw_dim_product");
  EXPECT_EQ(products.column("product_id").texts.at(0), "p007") << "an id keeps its zeros";
  EXPECT_EQ(products.column("category").texts.at(0), "boxed");
  EXPECT_NEAR(products.column("base_price").doubles.at(0), 1200.5 / 6, 1e-12);
}

TEST_F(RawTablesTest, ExtraColumnsComeWhereMappedOrAskedFor) {
  write_sales();
  write("dim_product.csv", "product_id,category,brand,pack\np1,A,X,6\np2,B,Y,12\n");
  write("dim_store_physical.csv", "store_id,lat,lon\n007,-23.5,1\n008,-22.9,2\n");
  options_.features.mix_column = "brand";
  options_.tables["dim_store_physical"].columns["latitude"] = "lat";
  const RawTables tables = open();
  EXPECT_TRUE(tables.has("dim_product", "brand"));
  EXPECT_FALSE(tables.has("dim_product", "pack"));
  EXPECT_EQ(rows("SELECT * FROM raw_dim_store_physical ORDER BY store_id").column("latitude").doubles.at(0),
            -23.5);
}

TEST_F(RawTablesTest, PartitionsAndFilesThatDifferAreOneTable) {
  write_rows("fact_sales/year=2023/month=01/a.parquet",
             "SELECT DATE '2023-01-01' AS date, 'a' AS store_id, 1::INTEGER AS qty, 2::DECIMAL(9,2) AS "
             "unit_price_at_sale");
  write_rows(
      "fact_sales/year=2024/month=02/b.parquet",
      "SELECT 1.5::DOUBLE AS profit_at_sale, DATE '2024-02-01' AS date, 'b' AS store_id, 3::BIGINT AS qty, "
      "4.0 AS unit_price_at_sale");
  write("fact_sales/_SUCCESS", "");
  options_.scope.sales = "date >= DATE '2023-06-01'";
  const RawTables tables = open();
  EXPECT_EQ(tables.find("fact_sales")->files.size(), 2u);
  const Table sales = rows("SELECT * FROM raw_fact_sales");
  ASSERT_EQ(sales.n_rows(), 1u);
  EXPECT_EQ(sales.column("store_id").texts.at(0), "b");
  EXPECT_EQ(sales.column("profit_at_sale").doubles.at(0), 1.5);
  options_.scope.sales = "";
  options_.tables["fact_sales"].path = "data/raw/fact_sales/year=2023/**/*.parquet";
  options_.tables["fact_sales"].columns["store_id"] = "'m' || month";
  EXPECT_EQ(open().find("fact_sales")->files.size(), 1u);
  EXPECT_EQ(rows("SELECT * FROM raw_fact_sales").column("store_id").texts.at(0), "m01");
}

TEST_F(RawTablesTest, CsvFilesMayHaveTheirColumnsInAnotherOrder) {
  write("fact_sales/1.csv", "date,store_id,qty,unit_price_at_sale\n2024-01-01,1,1,2\n");
  write("fact_sales/2.csv", "store_id,date,unit_price_at_sale,qty\n2,2024-01-02,3,4\n");
  open();
  const Table sales = rows("SELECT * FROM raw_fact_sales ORDER BY date");
  EXPECT_EQ(sales.column("store_id").texts.at(1), "2");
  EXPECT_EQ(sales.column("qty").ints.at(1), 4);
}

TEST_F(RawTablesTest, ScopeNarrowsDimensionsAndFacts) {
  write_sales();
  write("dim_product.csv", "product_id,category\np1,A\np2,B\n");
  write("dim_store_physical.csv", "store_id,placement\n007,Mall\n008,Street\n");
  write("dim_store_management.csv", "store_id,regional\n007,South\n008,North\n");
  options_.scope.stores = "regional = 'South' AND placement = 'Mall'";
  options_.scope.products = "category = 'B'";
  open();
  EXPECT_EQ(rows("SELECT * FROM raw_dim_store_physical").n_rows(), 1u);
  EXPECT_EQ(rows("SELECT * FROM raw_dim_product").n_rows(), 1u);
  const Table sales = rows("SELECT * FROM raw_fact_sales");
  ASSERT_EQ(sales.n_rows(), 1u);
  EXPECT_EQ(sales.column("qty").ints.at(0), -1);
}

TEST_F(RawTablesTest, ScopeFaultsNameTheCondition) {
  write_sales();
  options_.scope.stores = "regiao = 'Sul'";
  EXPECT_EQ(
      fault(),
      "InvalidInput | scope.stores: 'regiao = 'Sul'' is no condition that works (Binder Error: Referenced "
      "column \"regiao\" not found in FROM clause!; Candidate bindings: \"store_id\"); expected an SQL "
      "condition on columns of the contract");
  options_.scope.stores = "store_id = '9'";
  EXPECT_EQ(fault(),
            "InvalidInput | scope.stores: nothing meets 'store_id = '9''; expected a condition that leaves "
            "something");
}

TEST_F(RawTablesTest, IdsThatWentThroughAFloatAreStillIds) {
  write_rows("fact_sales.parquet",
             "SELECT DATE '2024-01-01' AS date, 2190.0::DOUBLE AS store_id, 3.0::DOUBLE AS qty, 1.5 AS "
             "unit_price_at_sale, TIMESTAMPTZ '2024-01-01 23:30:00-03' AS moment");
  options_.tables["fact_sales"].columns["date"] = "moment";
  open();
  const Table sales = rows("SELECT * FROM raw_fact_sales");
  EXPECT_EQ(sales.column("store_id").texts.at(0), "2190");
  EXPECT_EQ(sales.column("qty").ints.at(0), 3);
  EXPECT_EQ(sales.column("date").text_at(0), "2024-01-02");
}

TEST_F(RawTablesTest, MissingSales) {
  EXPECT_EQ(fault(),
            "DataError | fact_sales: there are no sales under data/raw; expected fact_sales.parquet, "
            "fact_sales.csv "
            "or a folder fact_sales; put them there, or set tables.fact_sales.path in aisle.toml");
  options_.tables["fact_sales"].path = "data/raw/nowhere.parquet";
  EXPECT_EQ(fault(),
            "DataError | fact_sales: data/raw/nowhere.parquet names no file; expected a Parquet or CSV file, "
            "a folder "
            "of them, or a pattern; mend tables.fact_sales.path in aisle.toml");
}

TEST_F(RawTablesTest, EmptyAndBrokenFiles) {
  write("fact_sales.csv", "");
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.csv: the file is empty (0 bytes); expected a header and rows; "
            "write or "
            "copy it again, or take it away");
  fs::remove(paths_.raw / "fact_sales.csv");
  write_rows("fact_sales.parquet",
             "SELECT DATE '2024-01-01' AS date, 'a' AS store_id, 1 AS qty, 2.0 AS price");
  fs::resize_file(paths_.raw / "fact_sales.parquet", 200);
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.parquet: the Parquet file is cut short (its footer is missing); "
            "expected "
            "a whole Parquet file; write or copy it again");
  write("fact_sales.parquet", "date,store_id\n");
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.parquet: this is not a Parquet file; expected a whole Parquet "
            "file; write "
            "or copy it again");
}

TEST_F(RawTablesTest, ACsvRowOfAnotherLengthIsNeverSkipped) {
  write(
      "fact_sales.csv",
      "date,store_id,qty,unit_price_at_sale\n2024-01-01,007,1,2.5\n2024-01-02,008,2\n2024-01-03,009,3,2.5\n");
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.csv: line 3: it has 3 fields ('2024-01-02,008,2'); expected 4, "
            "as in the "
            "header; mend or take out the line");
  write("fact_sales.csv", "date,store_id,qty,unit_price_at_sale\n2024-01-01,\"007,1,2.5\n");
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.csv: line 2: a quote is opened and not closed "
            "('2024-01-01,\"007,1,2.5'); "
            "mend the line, or set tables.fact_sales.csv.quote");
}

TEST_F(RawTablesTest, AValueOfAnotherTypeIsNamedWithItsLine) {
  write("fact_sales.csv",
        "date,store_id,qty,unit_price_at_sale\n2024-01-01,007,1,2.5\n2024-01-02,008,two,2.5\n");
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.csv: line 3: qty is 'two'; expected a whole number; mend the "
            "value, or "
            "map the column to an SQL expression");
  write("fact_sales.csv", "date,store_id,qty,unit_price_at_sale\n2024-01-01,007,1.5,2.5\n");
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.csv: line 2: qty is '1.5'; expected a whole number; mend the "
            "value, or "
            "map the column to an SQL expression");
  write("fact_sales.csv",
        "date,store_id,qty,unit_price_at_sale\n2024-01-01,007,1,2.5\n2024-02-30,007,1,2.5\n");
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.csv: line 3: date is '2024-02-30'; expected a day like "
            "2024-12-31; mend "
            "it, or set tables.fact_sales.csv.date_format");
}

TEST_F(RawTablesTest, AValueOfAnotherTypeInParquetIsNamedWithItsRow) {
  write_rows("fact_sales/1.parquet",
             "SELECT DATE '2024-01-01' AS date, 'a' AS store_id, '1' AS quantity, 2.0 AS unit_price_at_sale");
  write_rows("fact_sales/2.parquet",
             "SELECT DATE '2024-01-01' AS date, 'a' AS store_id, unnest(['4', 'x']) AS quantity, 2.0 AS "
             "unit_price_at_sale");
  options_.tables["fact_sales"].columns["qty"] = "quantity";
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales/2.parquet: row 2: qty (from quantity) is 'x'; expected a whole "
            "number; "
            "mend the value, or map the column to an SQL expression");
}

TEST_F(RawTablesTest, ATypedColumnOfAnExpressionIsCheckedToo) {
  write("fact_sales.csv", [] {
    std::string text = "date,store_id,qty,Total\n";
    for (int row = 0; row < 30000; ++row) text += "2024-01-01,007,1,2.5\n";
    return text + "2024-01-01,007,1,n/a\n";
  }());
  options_.tables["fact_sales"].columns["sale_amount"] = "Total * 2";
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.csv: line 30002: Total is 'n/a'; expected a number with a "
            "decimal point; "
            "mend it, or set tables.fact_sales.csv.decimal");
}

TEST_F(RawTablesTest, MissingColumnsAndFaultyMappings) {
  write("fact_sales.csv", "date,Store_Nr,qty,unit_price_at_sale\n2024-01-01,007,1,2.5\n");
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.csv: there is no column for store_id, which fact_sales needs; "
            "expected it "
            "among the columns date, Store_Nr, qty, unit_price_at_sale; map it: "
            "tables.fact_sales.columns.store_id = "
            "\"Store_Nr\"");
  options_.tables["fact_sales"].columns["store_id"] = "Store_No";
  EXPECT_EQ(
      fault(),
      "DataError | tables.fact_sales.columns.store_id: 'Store_No' is neither a column of the file nor SQL "
      "that "
      "works (Binder Error: Referenced column \"Store_No\" not found in FROM clause!); expected one of date, "
      "Store_Nr, qty, unit_price_at_sale, or an SQL "
      "expression over "
      "them; "
      "did you mean 'Store_Nr'?");
  options_.tables["fact_sales"].columns = {{"store_id", "Store_Nr"}, {"quantity", "qty"}};
  EXPECT_EQ(fault(),
            "DataError | tables.fact_sales.columns.quantity: fact_sales has no column quantity; expected one "
            "of date, "
            "store_id, product_id, qty, unit_price_at_sale, sale_amount, profit_at_sale");
  write("fact_sales.csv", "date,store_id,product_id\n2024-01-01,007,1\n");
  options_.tables.clear();
  EXPECT_EQ(fault(),
            "DataError | data/raw/fact_sales.csv: the sales have no amounts; expected columns for qty and "
            "unit_price_at_sale, or for sale_amount; map them under tables.fact_sales.columns");
}

TEST_F(RawTablesTest, TwoReadingsAreRefused) {
  write("fact_sales.csv", "date;store_id;qty;unit_price_at_sale\n01/02/2024;007;1;2,50\n");
  EXPECT_EQ(fault(),
            "DataError | fact_sales: date: its days fit the form %d/%m/%Y as well as %m/%d/%Y; set "
            "tables.fact_sales.csv.date_format");
  options_.tables["fact_sales"].csv.date_format = "%m/%d/%Y";
  open();
  EXPECT_EQ(rows("SELECT * FROM raw_fact_sales").column("date").text_at(0), "2024-01-02");
  write("fact_sales.csv", "date;store_id;qty;unit_price_at_sale\n01/02/2024;007;1;2,500\n");
  EXPECT_EQ(fault(),
            "DataError | fact_sales: unit_price_at_sale: numbers such as 1,234 can be read as one and a bit "
            "or as a "
            "thousand; set tables.fact_sales.csv.decimal to \",\" or \".\"");
  options_.tables["fact_sales"].csv.decimal = ",";
  open();
  EXPECT_EQ(rows("SELECT * FROM raw_fact_sales").column("unit_price_at_sale").doubles.at(0), 2.5);
}

TEST_F(RawTablesTest, WhatCannotBeReadIsRefusedClearly) {
  options_.tables["fact_sales"].path = "s3://bucket/sales.parquet";
  EXPECT_EQ(
      fault(),
      "EnvironmentError | tables.fact_sales.path: 's3://bucket/sales.parquet' is an address on a network; "
      "expected a local file, folder or pattern; copy the files here first");
  write("sales.xlsx", "PK");
  options_.tables["fact_sales"].path = "data/raw/sales.xlsx";
  EXPECT_EQ(
      fault(),
      "DataError | data/raw/sales.xlsx: aisle reads no such file; expected Parquet (.parquet) or text (.csv, "
      ".tsv, .txt, also .gz); save the table as one of them; for a spreadsheet, save the sheet as CSV");
}

}  // namespace
}  // namespace aisle
