// The parts that a look is made of: words of names, forms of numbers and dates, the shape of CSV, files.
#include <gtest/gtest.h>

#include "aisle/base/errors.h"
#include "aisle/base/table.h"
#include "aisle/engine/csv_shape.h"
#include "aisle/engine/value_forms.h"
#include "aisle/onboard/column_names.h"
#include "aisle/onboard/known_names.h"
#include "aisle/onboard/sources.h"
#include "aisle/onboard/templates.h"
#include "aisle/project/options.h"
#include "aisle/project/staged_output.h"
#include "tests/unit/onboard/files.h"

namespace aisle {
namespace {

using Words = std::vector<std::string>;
using enum NumberForm;

TEST(ColumnNames, Words) {
  EXPECT_EQ(words_of("NúmeroDaLoja"), (Words{"numero", "loja"}));
  EXPECT_EQ(words_of("Sale (Dollars)"), (Words{"sale", "dollars"}));
  EXPECT_EQ(words_of("STORE_ID"), (Words{"store", "id"}));
  EXPECT_EQ(words_of("Größe in m²"), (Words{"grosse", "m"}));
  EXPECT_EQ(words_of("size_m2"), (Words{"size", "m2"}));
  EXPECT_EQ(words_of("Cód. Produto"), (Words{"cod", "produto"}));
  EXPECT_TRUE(words_of("").empty());
}

TEST(ColumnNames, Likeness) {
  EXPECT_EQ(name_likeness({"store", "id"}, {"store", "id"}), 1);
  EXPECT_EQ(name_likeness({"storeid"}, {"store", "id"}), 1);
  EXPECT_EQ(name_likeness({"id", "store"}, {"store", "id"}), 0.97);
  EXPECT_GT(name_likeness({"product", "code"}, {"product"}), 0.6);
  EXPECT_EQ(name_likeness({"produtc"}, {"product"}), 0.7);
  EXPECT_EQ(name_likeness({"weather"}, {"product"}), 0);
}

TEST(KnownNames, FourLanguages) {
  for (const char* name : {"Store Number", "cod_loja", "Código Tienda", "Filialnummer"}) {
    EXPECT_GE(known_name_score("fact_sales", "store_id", name), 0.9) << name;
  }
  for (const char* name : {"Bottles Sold", "Quantidade", "cantidad", "Menge"}) {
    EXPECT_GE(known_name_score("fact_sales", "qty", name), 0.9) << name;
  }
  EXPECT_LT(known_name_score("fact_sales", "unit_price_at_sale", "Umsatz"), 0.5);
  EXPECT_GE(known_file_score("fact_sales", "vendas_2023_01"), 0.9);
  EXPECT_GE(known_file_score("dim_store_physical", "Filialen"), 0.9);
}

TEST(ValueForms, Numbers) {
  EXPECT_EQ(number_form("-12"), kWhole);
  EXPECT_EQ(number_form("12.5"), kPoint);
  EXPECT_EQ(number_form("1e-05"), kPoint);
  EXPECT_EQ(number_form("12,5"), kComma);
  EXPECT_EQ(number_form("1,234.50"), kGrouped);
  EXPECT_EQ(number_form("1.234.567,5"), kGroupedComma);
  EXPECT_EQ(number_form("1.234.567"), kGroupedComma);
  EXPECT_EQ(number_form("$12"), kMoney);
  EXPECT_EQ(number_form("$1,234"), kMoney);
  EXPECT_EQ(number_form("R$ 1.234,50"), kMoneyComma);
  EXPECT_EQ(number_form("12,50 €"), kMoneyComma);
  for (const char* no : {"", "-", "P1000", "12 m", "1.2.3", "12,34,5", "2024-01-01", "1,2345.6", "nan"}) {
    EXPECT_EQ(number_form(no), kNone) << no;
  }
  EXPECT_EQ(number_in("R$ 1.234,50", kMoneyComma), 1234.5);
  EXPECT_EQ(number_in("-1,234.5", kGrouped), -1234.5);
}

TEST(ValueForms, CommonForms) {
  EXPECT_EQ(common_form(kWhole, kComma), kComma);
  EXPECT_EQ(common_form(kComma, kGrouped), kGrouped);
  EXPECT_EQ(common_form(kPoint, kComma), kGroupedComma);
  EXPECT_EQ(common_form(kMoney, kMoneyComma), kMoneyComma);
  EXPECT_EQ(common_form(kGrouped, kGroupedComma), kNone);
  EXPECT_EQ(common_form(kNone, kWhole), kNone);
}

TEST(ValueForms, Dates) {
  EXPECT_EQ(date_in("31/12/2023", "%d/%m/%Y"), days_from_civil(2023, 12, 31));
  EXPECT_EQ(date_in("12/31/2023", "%d/%m/%Y"), std::nullopt);
  EXPECT_EQ(date_in("1.2.24", "%d.%m.%y"), days_from_civil(2024, 2, 1));
  EXPECT_EQ(date_in("20240229", "%Y%m%d"), days_from_civil(2024, 2, 29));
  EXPECT_EQ(date_in("20230229", "%Y%m%d"), std::nullopt);
  EXPECT_EQ(date_in("05-Mar-2024", "%d-%b-%Y"), days_from_civil(2024, 3, 5));
  EXPECT_EQ(date_in("2024-03-05 23:59:00", "%Y-%m-%d %H:%M:%S"), days_from_civil(2024, 3, 5));
  EXPECT_EQ(date_in("2024-03-05 x", "%Y-%m-%d"), std::nullopt);
}

TEST(CsvShape, Delimiters) {
  EXPECT_EQ(sniff_csv("a;b\n1,5;2,5\n3,5;4,5\n", '"', TextEnd::kWhole).delimiter, ';');
  EXPECT_EQ(sniff_csv("1,5;2,5\n3,5;4,5\n", '"', TextEnd::kWhole).delimiter, ';');
  EXPECT_EQ(sniff_csv("a\tb\n1,5\t2\n", '"', TextEnd::kWhole).delimiter, '\t');
  const CsvShape quoted =
      sniff_csv("name,n\n\"Main; Street, 1\",2\n\"a \"\"b\"\"\nc\",3\n", '"', TextEnd::kWhole);
  EXPECT_EQ(quoted.delimiter, ',');
  EXPECT_TRUE(quoted.is_table);
  ASSERT_EQ(quoted.records.size(), 3u);
  EXPECT_EQ(quoted.records[2][0], "a \"b\"\nc");
  EXPECT_EQ(sniff_csv("a,b\n1,2\n3", '"', TextEnd::kCut).records.size(), 2u);
}

TEST(CsvShape, LinesOfManyWidthsAreNoTable) {
  const CsvShape ragged = sniff_csv("a,b,c\n1,2\n3,4,5\n6\n", '"', TextEnd::kWhole);
  EXPECT_FALSE(ragged.is_table);
  EXPECT_EQ(ragged.delimiter, ',') << "what the first line says";
  EXPECT_TRUE(sniff_csv("a\nb\n", '"', TextEnd::kWhole).is_table) << "one column";
}

TEST(CsvShape, Headers) {
  EXPECT_TRUE(has_header(sniff_csv("a,b\n1,2\n", '"', TextEnd::kWhole).records));
  EXPECT_FALSE(has_header(sniff_csv("S1,2\nS2,3\n", '"', TextEnd::kWhole).records));
  EXPECT_FALSE(has_header(sniff_csv("x,2024-01-01\ny,2024-01-02\n", '"', TextEnd::kWhole).records));
  EXPECT_FALSE(has_header(sniff_csv("a,a\nb,b\n", '"', TextEnd::kWhole).records));
}

TEST(Sources, WhatBelongsTogether) {
  const test::Folder folder;
  for (const char* name :
       {"sales_2023-01.csv", "sales_2023-02.csv", "stores.csv", ".hidden.csv", "notes.md",
        "stock/year=2023/a.parquet", "stock/year=2024/b.parquet", "x/store1.csv", "x/store.csv"}) {
    folder.put(name, "a,b\n1,2\n");
  }
  std::vector<std::string> labels;
  for (const Source& source : find_sources(folder.dir())) {
    labels.push_back(source.label + ":" + std::to_string(source.files.size()) +
                     (source.partitioned ? "p" : ""));
  }
  EXPECT_EQ(labels,
            (Words{"sales_*-*.csv:2", "stock:2p", "stores.csv:1", "x/store.csv:1", "x/store1.csv:1"}));
}

TEST(Templates, AllAreReadAndTheExamplesAreTheirs) {
  EXPECT_EQ(parse_options(template_toml("original"), "original", {}).model.preset, "original");
  EXPECT_EQ(parse_options(template_toml("blank"), "blank", {}).model.preset, "trading");
  const Options iowa = parse_options(template_toml("iowa"), "iowa", {});
  EXPECT_EQ(iowa.tables.at("fact_sales").columns.at("sale_amount"), "Sale (Dollars)");
  const std::filesystem::path examples = std::filesystem::path(AISLE_SOURCE_DIR) / "examples";
  EXPECT_EQ(read_file(examples / "iowa" / "aisle.toml"), template_toml("iowa"));
  EXPECT_EQ(read_file(examples / "retailer" / "aisle.toml"), template_toml("original"));
  try {
    template_toml("iwoa");
    FAIL();
  } catch (const InvalidInput& error) {
    EXPECT_STREQ(error.what(),
                 "--template: there is no template 'iwoa'; expected original, iowa or blank; did you mean "
                 "'iowa'?");
  }
}

}  // namespace
}  // namespace aisle
