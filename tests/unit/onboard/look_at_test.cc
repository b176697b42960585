#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>

#include "aisle/base/errors.h"
#include "aisle/engine/engine.h"
#include "aisle/engine/raw_tables.h"
#include "aisle/onboard/proposal.h"
#include "aisle/project/staged_output.h"
#include "tests/unit/onboard/files.h"

namespace aisle {
namespace {

using test::Folder;

Proposal look(const std::filesystem::path& dir) {
  const auto engine = open_duckdb({.n_threads = 2});
  return look_at(*engine, dir, ignore_events);
}

const TableGuess& table(const Proposal& proposal, const std::string& name) {
  for (const TableGuess& guess : proposal.tables) {
    if (guess.table == name) return guess;
  }
  throw std::runtime_error("no guess for " + name + "\n" + report(proposal));
}

using Mapping = std::map<std::string, std::string>;

// What would be taken: contract column -> mapping.
Mapping mapping(const Proposal& proposal, const std::string& name) {
  Mapping taken;
  for (const ColumnGuess& guess : table(proposal, name).columns) {
    if (guess.sure >= kSureEnough) taken[guess.column] = guess.mapping;
  }
  return taken;
}

// The proposal's own aisle.toml, read back and run over the files; the first row of the query.
std::string first_row(const Proposal& proposal, const std::string& sql) {
  const auto engine = open_duckdb({.n_threads = 2});
  const Options options = parse_options(render(proposal), "proposed", {});
  open_raw_tables(*engine, options, ProjectPaths(proposal.dir));
  const Table rows = engine->query(sql);
  std::string text;
  for (const Column& column : rows.columns()) text += (text.empty() ? "" : " ") + column.text_at(0);
  return text;
}

TEST(LookAt, ABrazilianRetailer) {
  const Folder folder;
  test::put_brazilian(folder);
  const Proposal proposal = look(folder.dir());
  EXPECT_EQ(mapping(proposal, "fact_sales"), (Mapping{{"date", "Data da Venda"},
                                                      {"store_id", "Loja"},
                                                      {"product_id", "Produto"},
                                                      {"qty", "Quantidade"},
                                                      {"unit_price_at_sale", "Preço Unitário"}}));
  EXPECT_EQ(mapping(proposal, "dim_store_management"), (Mapping{{"store_id", "Código"},
                                                                {"store_name", "Nome da Loja"},
                                                                {"regional", "Regional"},
                                                                {"opening_date", "Data de Abertura"}}));
  EXPECT_EQ(mapping(proposal, "dim_store_physical"), (Mapping{{"store_id", "Código"},
                                                              {"size_m2", "Área de Venda (m²)"},
                                                              {"placement", "Tipo de Loja"},
                                                              {"city", "Cidade"},
                                                              {"state", "UF"}}));
  EXPECT_EQ(mapping(proposal, "dim_product"), (Mapping{{"product_id", "Cód. Produto"},
                                                       {"name", "Descrição"},
                                                       {"category", "Categoria"},
                                                       {"brand", "Marca"},
                                                       {"base_price", "Preço de Venda"},
                                                       {"cost", "Custo"}}));
  const TableGuess& guess = table(proposal, "fact_sales");
  EXPECT_EQ(proposal.files[guess.file].form, "CSV, semicolons, decimal comma, windows-1252, dates %d/%m/%Y");
  EXPECT_EQ(proposal.files[guess.file].n_files, 2u);
  EXPECT_EQ(proposal.files[guess.file].n_rows, 800);
  const std::vector<std::string> rest = {"Valor Total", "Operador"};
  EXPECT_EQ(guess.not_placed, rest);
  EXPECT_GT(guess.sure, 0.8);
}

// The rows come through the proposed mapping: 400 lines a year, and the price of each product.
TEST(LookAt, ABrazilianRetailersFiguresComeThrough) {
  const Folder folder;
  test::put_brazilian(folder);
  const Proposal proposal = look(folder.dir());
  std::int64_t hundredths = 0, units = 0;
  for (int line = 0; line < 400; ++line) {
    units += 2 * (1 + line % 3);
    hundredths += std::int64_t{2} * (1 + line % 3) * test::price_of(1 + line % 15);
  }
  EXPECT_EQ(first_row(proposal,
                      "SELECT count(*), min(date), max(date), CAST(sum(qty) AS BIGINT), "
                      "CAST(sum(CAST(round(qty * unit_price_at_sale * 100) AS BIGINT)) AS BIGINT) "
                      "FROM raw_fact_sales"),
            "800 2023-01-01 2024-10-26 " + std::to_string(units) + " " + std::to_string(hundredths));
  EXPECT_EQ(first_row(proposal, "SELECT store_id, opening_date FROM raw_dim_store_management ORDER BY 1"),
            "101 " + format_date(16031));
  EXPECT_EQ(first_row(proposal, "SELECT size_m2, placement FROM raw_dim_store_physical ORDER BY store_id"),
            "65.5 Rua");
}

TEST(LookAt, AGermanRetailer) {
  const Folder folder;
  test::put_german(folder);
  const Proposal proposal = look(folder.dir());
  EXPECT_EQ(mapping(proposal, "fact_sales"), (Mapping{{"date", "Datum"},
                                                      {"store_id", "Filiale"},
                                                      {"product_id", "Artikelnummer"},
                                                      {"qty", "Menge"},
                                                      {"sale_amount", "Umsatz"}}));
  EXPECT_EQ(mapping(proposal, "fact_inventory"), (Mapping{{"snapshot_date", "Stichtag"},
                                                          {"store_id", "Filiale"},
                                                          {"product_id", "Artikelnummer"},
                                                          {"qty_on_hand", "Bestand"}}));
  EXPECT_EQ(mapping(proposal, "dim_store_management"), (Mapping{{"store_id", "Filiale"},
                                                                {"store_name", "Bezeichnung"},
                                                                {"regional", "Bezirk"},
                                                                {"opening_date", "Eröffnet am"}}));
  EXPECT_EQ(
      mapping(proposal, "dim_store_physical"),
      (Mapping{
          {"store_id", "Filiale"}, {"size_m2", "Verkaufsfläche"}, {"placement", "Lage"}, {"city", "Ort"}}));
  EXPECT_EQ(proposal.files[table(proposal, "fact_sales").file].form,
            "CSV, tabs, decimal comma, utf-16, dates %d.%m.%Y");
  EXPECT_EQ(first_row(proposal, "SELECT count(*), min(sale_amount), max(date) FROM raw_fact_sales"),
            "300 1200 2024-08-18");
}

TEST(LookAt, AnAmericanRetailer) {
  const Folder folder;
  test::put_american(folder);
  const Proposal proposal = look(folder.dir());
  EXPECT_EQ(
      mapping(proposal, "fact_sales"),
      (Mapping{{"date", "TransactionDate"},
               {"store_id", "StoreNumber"},
               {"product_id", "SKU"},
               {"qty", "UnitsSold"},
               {"sale_amount", "TRY_CAST(regexp_replace(\"NetSales\", '[^0-9.-]', '', 'g') AS DOUBLE)"}}));
  EXPECT_EQ(mapping(proposal, "dim_store_physical").at("size_m2"),
            "TRY_CAST(\"SalesAreaSqFt\" AS DOUBLE) * 0.09290304");
  EXPECT_EQ(first_row(proposal,
                      "SELECT (SELECT max(sale_amount) FROM raw_fact_sales), (SELECT max(date) FROM "
                      "raw_fact_sales), (SELECT round(min(size_m2), 3) FROM raw_dim_store_physical)"),
            "1339.5 2024-08-27 845.418");
}

TEST(LookAt, TheIowaExample) {
  const Proposal proposal =
      look(std::filesystem::path(AISLE_SOURCE_DIR) / "examples" / "iowa" / "data" / "raw");
  EXPECT_EQ(mapping(proposal, "fact_sales"), (Mapping{{"date", "Date"},
                                                      {"store_id", "Store Number"},
                                                      {"product_id", "Item Number"},
                                                      {"qty", "Bottles Sold"},
                                                      {"sale_amount", "Sale (Dollars)"}}));
  EXPECT_EQ(mapping(proposal, "dim_product"), (Mapping{{"product_id", "Item Number"},
                                                       {"name", "Item Description"},
                                                       {"category", "Category Name"},
                                                       {"base_price", "State Bottle Retail"},
                                                       {"cost", "State Bottle Cost"},
                                                       {"vendor", "Vendor Name"},
                                                       {"pack", "Pack"}}));
  EXPECT_EQ(mapping(proposal, "dim_store_management"),
            (Mapping{{"store_id", "Store"}, {"store_name", "Name"}}));
  const std::vector<std::string> missing = {"size_m2", "placement", "storage_capacity_m2"};
  EXPECT_EQ(table(proposal, "dim_store_physical").not_found, missing);
  EXPECT_EQ(proposal.notes,
            std::vector<std::string>{"no fact_inventory was found: the features that need it are left out"});
  EXPECT_EQ(first_row(proposal, "SELECT count(*), count(DISTINCT store_id) FROM raw_fact_sales"),
            "54314 441");
}

TEST(LookAt, KeysThatMatchAcrossFilesSpeakWhereNamesDoNot) {
  const Folder folder;
  std::string one = "f1,f2,f3,f4,revenue\n", two = "key,label\n";
  for (int row = 0; row < 120; ++row) {
    one += format_date(19000 + row % 40) + ",K" + std::to_string(row % 15) + ",X" + std::to_string(row % 11) +
           "," + std::to_string(row % 9) + "," + std::to_string(row) + ".25\n";
  }
  for (int row = 0; row < 15; ++row) two += "K" + std::to_string(row) + ",Name " + std::to_string(row) + "\n";
  folder.put("export1.csv", one);
  folder.put("store_list.csv", two);
  const Proposal proposal = look(folder.dir());
  EXPECT_EQ(mapping(proposal, "fact_sales").at("date"), "f1");
  EXPECT_EQ(mapping(proposal, "fact_sales").at("store_id"), "f2");
  for (const ColumnGuess& guess : table(proposal, "fact_sales").columns) {
    if (guess.column != "store_id") continue;
    EXPECT_LT(guess.sure, 0.9);
    const std::vector<std::string> reasons = {"the name says nothing",
                                              "100 % of its values are keys of store_list.csv"};
    EXPECT_EQ(guess.reasons, reasons);
  }
}

TEST(LookAt, AnAmountThatIsNotPriceTimesQuantityIsWhatWasPaid) {
  const Folder folder;
  std::string sales = "date,store_id,product_id,qty,unit_price,amount\n", stores = "store_id,store_name\n";
  for (int row = 0; row < 60; ++row) {
    sales += format_date(19000 + row) + ",S" + std::to_string(row % 5) + ",P" + std::to_string(row % 6) +
             ",2,10.00," + (row % 2 == 0 ? "20.00" : "18.00") + "\n";
  }
  for (int row = 0; row < 5; ++row)
    stores += "S" + std::to_string(row) + ",Store " + std::to_string(row) + "\n";
  folder.put("sales.csv", sales);
  folder.put("stores.csv", stores);
  const Proposal proposal = look(folder.dir());
  const Mapping taken = mapping(proposal, "fact_sales");
  EXPECT_EQ(taken.at("sale_amount"), "amount");
  EXPECT_FALSE(taken.contains("unit_price_at_sale"));
  EXPECT_NE(report(proposal).find("taken rather than unit_price, which gives it in 50 % of the rows only"),
            std::string::npos);
}

TEST(LookAt, NonsenseIsSaidToBeNonsense) {
  const Folder folder;
  folder.put("empty.csv", "");
  folder.put("header only.csv", "a,b,c\n");
  folder.put("letter.txt", "Dear all,\nthis is a text, with commas, and lines\nof any length.\n\nBye\n");
  folder.put("weather.csv", "station,celsius\nA,1.5\nB,2.5\nC,3.5\nD,4\n");
  folder.put("broken.parquet", "PAR1 and no more");
  folder.put("bytes.csv", std::string("a\0b,\0\0c\x01", 8));
  folder.put("book.xlsx", "PK");
  std::vector<std::string> warnings;
  const auto engine = open_duckdb({.n_threads = 2});
  const Proposal proposal = look_at(*engine, folder.dir(), [&](const RunEvent& event) {
    if (const auto* warning = std::get_if<WarningRaised>(&event)) warnings.push_back(warning->message);
  });
  EXPECT_TRUE(proposal.tables.empty()) << report(proposal);
  EXPECT_EQ(proposal.files_not_placed.size(), 6u) << report(proposal);
  EXPECT_EQ(warnings.size(), 5u);
  const auto said = [&](const std::string& line) {
    return std::count(proposal.files_not_placed.begin(), proposal.files_not_placed.end(), line) == 1;
  };
  EXPECT_TRUE(said("empty.csv: the file is empty")) << report(proposal);
  EXPECT_TRUE(said("header only.csv: it holds no row")) << report(proposal);
  EXPECT_TRUE(said("letter.txt: its lines do not make a table; expected the same number of fields in each"))
      << report(proposal);
  EXPECT_TRUE(said("weather.csv: its columns (station, celsius) are not those of any table"))
      << report(proposal);
  EXPECT_EQ(proposal.notes.front(), "book.xlsx is a spreadsheet: save it as CSV first");
  EXPECT_NO_THROW(parse_options(render(proposal), "proposed", {}));
}

TEST(LookAt, AFolderWithoutTables) {
  const Folder folder;
  const auto message = [&](const std::filesystem::path& dir) -> std::string {
    try {
      look(dir);
    } catch (const InvalidInput& error) {
      return error.what();
    }
    return "no error";
  };
  const std::string dir = folder.dir().string();
  EXPECT_EQ(message(dir), dir + ": there is no CSV or Parquet file in it");
  folder.put("a.xlsx", "PK");
  EXPECT_EQ(message(dir),
            dir + ": there is no CSV or Parquet file in it; a.xlsx is a spreadsheet: save it as CSV first");
  EXPECT_EQ(message(dir + "/nowhere"),
            dir + "/nowhere: this is no folder; expected a folder with CSV or Parquet files");
}

TEST(LookAt, TwoLooksSayTheSameAndChangeNothing) {
  const Folder folder;
  test::put_brazilian(folder);
  std::map<std::string, std::pair<std::string, std::filesystem::file_time_type>> before, after;
  const auto remember = [&](auto& files) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.dir())) {
      if (entry.is_regular_file()) files[entry.path()] = {read_file(entry.path()), entry.last_write_time()};
    }
  };
  remember(before);
  const Proposal first = look(folder.dir()), second = look(folder.dir());
  remember(after);
  EXPECT_EQ(before, after);
  EXPECT_EQ(report(first), report(second));
  EXPECT_EQ(render(first), render(second));
}

TEST(LookAt, PathsBelowTheProjectAreRelative) {
  const Folder folder;
  test::put_american(folder);
  const Proposal proposal = look(folder.dir());
  const std::string inside = render(proposal, folder.dir().parent_path());
  EXPECT_NE(inside.find("path = \"exportação/sales.csv\"\n"), std::string::npos) << inside;
  const std::string outside = render(proposal, folder.dir() / "project");
  EXPECT_NE(outside.find("path = \"" + (folder.dir() / "sales.csv").string() + "\"\n"), std::string::npos);
}

}  // namespace
}  // namespace aisle
