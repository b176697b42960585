#include "aisle/project/options.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/project/option_table.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

Options read(const std::string& toml, const std::vector<std::string>& overrides = {}) {
  return parse_options(toml, "aisle.toml", overrides);
}

std::string message(const std::string& toml, const std::vector<std::string>& overrides = {}) {
  try {
    read(toml, overrides);
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "no error";
}

TEST(Options, AnEmptyFileHasTheTradingPreset) {
  const Options options = read("");
  EXPECT_EQ(options.model.preset, "trading");
  EXPECT_EQ(options.hdbscan.metric, DistanceMetric::kEuclidean);
  EXPECT_EQ(options.hdbscan.cluster_selection_epsilon, 0.0);
  EXPECT_EQ(options.model.context.front(), "8 * clr(mix_*)");
  EXPECT_TRUE(options.model.behaviour.empty());
  EXPECT_TRUE(options.tables.empty());
}

TEST(Options, TheOriginalPreset) {
  const Options options = read("[model]\npreset = 'original'\n");
  EXPECT_EQ(options.model.context,
            (std::vector<std::string>{"regional", "placement", "anos_de_loja", "log1p(size_m2)"}));
  EXPECT_EQ(options.model.behaviour,
            (std::vector<std::string>{"total_revenue", "avg_ticket_item", "revenue_per_sqm",
                                      "avg_inventory_depth", "unique_products_stocked"}));
  EXPECT_EQ(options.famd.n_components, 5);
  EXPECT_EQ(options.hdbscan.min_cluster_size, 5);
  EXPECT_EQ(options.hdbscan.min_samples, 1);
  EXPECT_EQ(options.hdbscan.cluster_selection_epsilon, 1.0);
  EXPECT_EQ(options.hdbscan.metric, DistanceMetric::kManhattan);
  EXPECT_EQ(options.hdbscan.cluster_selection_method, TreeSelection::kExcessOfMass);
  EXPECT_EQ(options.forest.n_trees, 100);
  EXPECT_TRUE(options.features.groups.empty());
}

TEST(Options, WhatIsSaidGoesBeforeThePreset) {
  const Options options = read("model.preset = 'original'\nfamd.n_components = 3\nmodel.behaviour = []\n",
                               {"hdbscan.min_samples=7"});
  EXPECT_EQ(options.famd.n_components, 3);
  EXPECT_EQ(options.hdbscan.min_samples, 7);
  EXPECT_TRUE(options.model.behaviour.empty());
  EXPECT_EQ(options.hdbscan.min_cluster_size, 5);
}

TEST(Options, ThePresetOfAnOverrideCounts) {
  EXPECT_EQ(read("", {"model.preset=original"}).hdbscan.metric, DistanceMetric::kManhattan);
}

TEST(Options, TheLastOverrideCounts) {
  EXPECT_EQ(read("famd.n_components = 3", {"famd.n_components=4", "famd.n_components=9"}).famd.n_components,
            9);
}

TEST(Options, Tables) {
  const Options options = read(
      "[tables.fact_sales]\n"
      "path = 'raw/sales 2021/*.csv'\n"
      "csv = { delimiter = ';', decimal = ',', encoding = 'latin-1', date_format = '%d/%m/%Y', header = true "
      "}\n"
      "[tables.fact_sales.columns]\n"
      "qty = 'Bottles Sold'\n"
      "sale_amount = '\"Sale (Dollars)\" * 1.0'\n"
      "[tables.dim_store_physical]\n"
      "path = 'stores.csv'\n"
      "columns.latitude = 'lat'\n",
      {"tables.fact_sales.columns.qty=Bottles.Sold", "tables.fact_sales.csv.delimiter=|",
       "tables.fact_sales.csv.header=false"});
  const TableSource& sales = options.tables.at("fact_sales");
  EXPECT_EQ(sales.path, "raw/sales 2021/*.csv");
  EXPECT_EQ(sales.csv.delimiter, "|");
  EXPECT_EQ(sales.csv.decimal, ",");
  EXPECT_EQ(sales.csv.encoding, "latin-1");
  EXPECT_EQ(sales.csv.date_format, "%d/%m/%Y");
  EXPECT_EQ(sales.csv.header, false);
  EXPECT_EQ(sales.columns.at("qty"), "Bottles.Sold");
  EXPECT_EQ(sales.columns.at("sale_amount"), "\"Sale (Dollars)\" * 1.0");
  EXPECT_EQ(options.tables.at("dim_store_physical").columns.at("latitude"), "lat");
}

TEST(Options, OverridesTakeTomlOrBareWords) {
  EXPECT_EQ(read("", {"project.name=north and south"}).project.name, "north and south");
  EXPECT_EQ(read("", {"project.name=\"true\""}).project.name, "true");
  EXPECT_EQ(read("", {"project.name=42"}).project.name, "42");
  EXPECT_EQ(read("", {"features.as_of=2024-12-31"}).features.as_of, "2024-12-31");
  EXPECT_EQ(read("", {"scope.products=category = 'Shoes'"}).scope.products, "category = 'Shoes'");
  const std::vector<std::string> two = {"mix", "season"};
  EXPECT_EQ(read("", {"features.groups=mix, season"}).features.groups, two);
  EXPECT_EQ(read("", {"features.groups=[mix,season]"}).features.groups, two);
  EXPECT_EQ(read("", {"features.groups=[\"mix\", \"season\"]"}).features.groups, two);
  EXPECT_EQ(read("", {"quality.severity.sales_qty_positive=info"}).quality.severity.at("sales_qty_positive"),
            "info");
  EXPECT_TRUE(read("", {"hdbscan.allow_single_cluster=true"}).hdbscan.allow_single_cluster);
}

TEST(Options, ADateMayStandBare) {
  EXPECT_EQ(read("[features]\nas_of = 2024-12-31\nfrom = '2024-01-01'").features.as_of, "2024-12-31");
}

TEST(Options, SeverityIsAMap) {
  const Options options =
      read("[quality.severity]\na = 'info'\nb = 'critical'", {"quality.severity.a=warning"});
  EXPECT_EQ(options.quality.severity.at("a"), "warning");
  EXPECT_EQ(options.quality.severity.at("b"), "critical");
  EXPECT_EQ(message("[quality.severity]\na = 'critcal'"),
            "aisle.toml:2: quality.severity.a is 'critcal'; expected info, warning or critical; did you mean "
            "'critical'?");
}

TEST(OptionsMessages, UnknownNames) {
  EXPECT_EQ(message("\n[famd]\nn_component = 5"),
            "aisle.toml:3: unknown key 'famd.n_component'; did you mean 'famd.n_components'?");
  EXPECT_EQ(message("[fmad]\nn_components = 5"),
            "aisle.toml:2: unknown section 'fmad'; did you mean 'famd.n_components'?");
  EXPECT_EQ(message("[hdbscann]"), "aisle.toml:1: unknown section 'hdbscann'; did you mean 'hdbscan'?");
  EXPECT_EQ(message("formt = 1"), "aisle.toml:1: unknown key 'formt'; did you mean 'format'?");
  EXPECT_EQ(message("[model]\nmetric = 'euclidean'"),
            "aisle.toml:2: unknown key 'model.metric'; did you mean 'hdbscan.metric'?");
  EXPECT_EQ(message("[model]\nzzzzzzzz = 1"), "aisle.toml:2: unknown key 'model.zzzzzzzz'");
  EXPECT_EQ(message("", {"famd.n_component=5"}),
            "--set famd.n_component=5: unknown key 'famd.n_component'; did you mean 'famd.n_components'?");
  EXPECT_EQ(message("", {"famd"}), "--set famd: there is no key and value; expected section.key=value");
}

TEST(OptionsMessages, Tables) {
  EXPECT_EQ(message("[tables.fact_sale]\npath = 'a'"),
            "aisle.toml:2: unknown table 'tables.fact_sale'; did you mean 'tables.fact_sales'?");
  EXPECT_EQ(message("[tables.fact_sales]\npaht = 'a'"),
            "aisle.toml:2: unknown key 'tables.fact_sales.paht'; did you mean 'tables.fact_sales.path'?");
  EXPECT_EQ(message("[tables.fact_sales.columns]\nqyt = 'a'"),
            "aisle.toml:2: unknown column 'tables.fact_sales.columns.qyt'; did you mean "
            "'tables.fact_sales.columns.qty'?");
  EXPECT_EQ(message("[tables.dim_store_management.columns]\nregionl = 'a'"),
            "aisle.toml:2: unknown column 'tables.dim_store_management.columns.regionl'; did you mean "
            "'tables.dim_store_management.columns.regional'?");
  EXPECT_EQ(message("[tables.fact_sales.csv]\ndelimeter = ';'"),
            "aisle.toml:2: unknown key 'tables.fact_sales.csv.delimeter'; did you mean "
            "'tables.fact_sales.csv.delimiter'?");
  EXPECT_EQ(message("[tables.fact_sales.csv]\nencoding = 'windows1252x'"),
            "aisle.toml:2: tables.fact_sales.csv.encoding is 'windows1252x'; expected utf-8, windows-1252, "
            "latin-1, "
            "utf-16 or another name that iconv has; did you mean 'windows-1252'?");
  EXPECT_EQ(message("[tables.fact_sales.csv]\nencoding = 'ascii//IGNORE'"),
            "aisle.toml:2: tables.fact_sales.csv.encoding is 'ascii//IGNORE'; expected utf-8, windows-1252, "
            "latin-1, utf-16 or another name that iconv has");
  EXPECT_EQ(message("[tables.fact_sales.csv]\ndelimiter = ';;'"),
            "aisle.toml:2: tables.fact_sales.csv.delimiter is ';;'; expected one character");
  EXPECT_EQ(
      message("[tables.fact_sales.csv]\ndate_format = 'dd/mm/yyyy'"),
      "aisle.toml:2: tables.fact_sales.csv.date_format is 'dd/mm/yyyy'; expected a form such as %d/%m/%Y");
  EXPECT_EQ(message("[tables.fact_sales]\npath = ''"),
            "aisle.toml:2: tables.fact_sales.path is empty; expected a file, folder or glob");
  EXPECT_EQ(
      message("[tables]\nfact_sales = 'a.csv'"),
      "aisle.toml:2: tables.fact_sales is 'a.csv'; expected a section with path, csv and columns; write "
      "tables.fact_sales.path = ...");
  EXPECT_EQ(message("[tables.fact_sales]\npath = 5"),
            "aisle.toml:2: tables.fact_sales.path is 5; expected text between quotes");
  EXPECT_EQ(message("[tables.fact_sales.columns]\nqty = ''"),
            "aisle.toml:2: tables.fact_sales.columns.qty is empty; expected a column of yours or an SQL "
            "expression; leave the line out when you have no such column");
}

TEST(OptionsMessages, TypesAndRanges) {
  EXPECT_EQ(message("[famd]\nn_components = 'five'"),
            "aisle.toml:2: famd.n_components is 'five'; expected a whole number from 1 to 1000");
  EXPECT_EQ(message("[famd]\nn_components = 0"),
            "aisle.toml:2: famd.n_components is 0; expected a whole number from 1 to 1000");
  EXPECT_EQ(message("[famd]\nn_components = 2.5"),
            "aisle.toml:2: famd.n_components is 2.5; expected a whole number from 1 to 1000");
  EXPECT_EQ(message("[hdbscan]\nmin_cluster_size = 1"),
            "aisle.toml:2: hdbscan.min_cluster_size is 1; expected 0, or a whole number of at least 2");
  EXPECT_EQ(message("[hdbscan]\ncluster_selection_epsilon = -0.5"),
            "aisle.toml:2: hdbscan.cluster_selection_epsilon is -0.5; expected a number of at least 0");
  EXPECT_EQ(message("[hdbscan]\ncluster_selection_epsilon = nan"),
            "aisle.toml:2: hdbscan.cluster_selection_epsilon is nan; expected a number of at least 0");
  EXPECT_EQ(message("[hdbscan]\ncluster_selection_epsilon = inf"),
            "aisle.toml:2: hdbscan.cluster_selection_epsilon is inf; expected a number of at least 0");
  EXPECT_EQ(message("[model]\nseed = 9223372036854775807"),
            "aisle.toml:2: model.seed is 9223372036854775807; expected a whole number of at most "
            "9007199254740992");
  EXPECT_EQ(message("[quality]\nvolume_drop = 1.5"),
            "aisle.toml:2: quality.volume_drop is 1.5; expected a number from 0 to 1");
  EXPECT_EQ(message("[hdbscan]\nmetric = 'manhatan'"),
            "aisle.toml:2: hdbscan.metric is 'manhatan'; expected euclidean or manhattan; did you mean "
            "'manhattan'?");
  EXPECT_EQ(message("[hdbscan]\nallow_single_cluster = 1"),
            "aisle.toml:2: hdbscan.allow_single_cluster is 1; expected true or false");
  EXPECT_EQ(message("[features]\nas_of = '2024-02-30'"),
            "aisle.toml:2: features.as_of is '2024-02-30'; expected a day as YYYY-MM-DD, or empty");
  EXPECT_EQ(message("[features]\ngroups = [1, 2]"),
            "aisle.toml:2: features.groups is [ 1, 2 ]; expected a list of texts, e.g. [\"a\", \"b\"]");
  EXPECT_EQ(message("[project]\nname = 5"), "aisle.toml:2: project.name is 5; expected text between quotes");
  EXPECT_EQ(message("[engine]\nmemory_limit = 'lots'"),
            "aisle.toml:2: engine.memory_limit is 'lots'; expected a number and a unit, e.g. 512MB or 2GB");
  EXPECT_EQ(message("", {"famd.n_components=x"}),
            "--set famd.n_components=x: famd.n_components is 'x'; expected a whole number from 1 to 1000");
}

TEST(OptionsMessages, Together) {
  EXPECT_EQ(
      message("[features]\nfrom = 2024-02-01\nuntil = 2024-01-31"),
      "aisle.toml:3: features.until is 2024-01-31, before features.from; expected a day from 2024-02-01 on");
  EXPECT_EQ(message("[hdbscan]\nmax_cluster_size = 3\nmin_cluster_size = 5"),
            "aisle.toml:2: hdbscan.max_cluster_size is 3; expected 0, or at least hdbscan.min_cluster_size, "
            "which is 5");
  EXPECT_EQ(message("[model]\ncontext = []\nbehaviour = []"),
            "aisle.toml:2: model.context and model.behaviour are both empty; expected at least one column");
  EXPECT_EQ(message("[model]\ncontext = ['log(size_m2)']"),
            "aisle.toml:2: 'log(size_m2)' has an unknown transform; expected COLUMN, log1p(COLUMN) or "
            "clr(PATTERN*), with 'WEIGHT *' before it if you like");
}

TEST(OptionsMessages, LimitsThatNothingCanKeep) {
  EXPECT_EQ(message("[limits]\nmin_share = 1.5"),
            "aisle.toml:2: limits.min_share is 1.5; expected a number from 0 to 1");
  EXPECT_EQ(message("[limits]\nmin_clusters = -1"),
            "aisle.toml:2: limits.min_clusters is -1; expected a whole number of at least 0");
  EXPECT_EQ(message("[limits]\nmax_share = 0.1\nmin_share = 0.2"),
            "aisle.toml:2: limits.max_share is 0.1; expected 0, or at least limits.min_share, which is 0.2");
  EXPECT_EQ(
      message("[limits]\nmin_clusters = 4\nmax_clusters = 3"),
      "aisle.toml:3: limits.max_clusters is 3; expected 0, or at least limits.min_clusters, which is 4");
  EXPECT_EQ(message("[limits]\nmin_share = 0.3\nmin_clusters = 4"),
            "aisle.toml:3: limits.min_clusters is 4 and limits.min_share 0.3; expected at most 1 for the one "
            "times the other: clusters share the stores");
  const Options options =
      parse_options("[limits]\nmin_share = 0.25\nmin_clusters = 4\nmax_clusters = 4", "t", {});
  EXPECT_EQ(options.limits.max_clusters, 4);
  EXPECT_EQ(options.limits.max_share, 0);
}

TEST(OptionsMessages, NotToml) {
  EXPECT_EQ(message("[famd]\nn_components = \n").substr(0, 31), "aisle.toml:2: this is not TOML:");
  // toml++ asserts that no such header comes.
  EXPECT_EQ(message(std::string("[\0famd]", 7)).substr(0, 31), "aisle.toml:1: this is not TOML:");
}

TEST(OptionsMessages, AFormatFromANewerAisle) {
  EXPECT_EQ(
      message("format = 2\n[shiny]\nnew = 1"),
      "aisle.toml:1: this file has format 2, from a newer aisle; expected format 1 or older; use a newer "
      "aisle");
  EXPECT_EQ(message("format = 0"), "aisle.toml:1: format is 0; expected a whole number from 1 to 1");
  EXPECT_EQ(read("format = 1").format, 1);
}

TEST(OptionsMessages, NoFile) {
  const std::filesystem::path empty = std::filesystem::temp_directory_path() / "aisle options test, nowhere";
  std::filesystem::remove_all(empty);
  try {
    load_options(empty, {});
    FAIL();
  } catch (const InvalidInput& error) {
    EXPECT_EQ(std::string(error.what()),
              empty.string() +
                  ": there is no such folder; name your project's folder with --project, or make one with "
                  "`aisle init`");
  }
  std::filesystem::create_directories(empty);
  try {
    load_options(empty, {});
    FAIL();
  } catch (const InvalidInput& error) {
    EXPECT_EQ(std::string(error.what()),
              empty.string() +
                  ": this folder has no aisle.toml; go to your project, name it with --project, "
                  "or make one with `aisle init`");
  }
}

TEST(Options, CanonicalLinesHoldTheirSectionsAlone) {
  const Options options = read("[tables.fact_sales]\npath='s.csv'\ncolumns.qty='n'\ncsv.delimiter=';'",
                               {"hdbscan.metric=manhattan"});
  EXPECT_EQ(canonical_options(options, {"famd", "model.seed"}), "model.seed = 42\nfamd.n_components = 5\n");
  EXPECT_EQ(canonical_options(options, {"tables"}),
            "tables.fact_sales.path = \"s.csv\"\ntables.fact_sales.csv.delimiter = \";\"\n"
            "tables.fact_sales.columns.qty = \"n\"\n");
  const std::string hdbscan = canonical_options(options, {"hdbscan"});
  EXPECT_NE(hdbscan.find("hdbscan.cluster_selection_epsilon = 0.0\n"), std::string::npos);
  EXPECT_NE(hdbscan.find("hdbscan.metric = \"manhattan\"\n"), std::string::npos);
}

// What get writes, set reads: for every row, the canonical text is TOML that gives the same options.
TEST(Options, CanonicalTextReadsBack) {
  const Options options = read("", {"model.preset=original", "quality.severity.a=info",
                                    "project.name=\"a \\\"b\\\" \\\\ c\"", "quality.volume_drop=0.1"});
  std::vector<std::string> all = option_sections();
  all.emplace_back("");
  const std::string text = canonical_options(options, all);
  EXPECT_EQ(canonical_options(read(text), all), text);
}

TEST(OptionTable, EveryRowIsWhole) {
  for (const OptionRow& row : option_table()) {
    EXPECT_FALSE(row.help.empty()) << row.key;
    ASSERT_NE(row.get, nullptr) << row.key;
    for (const char* preset : {"trading", "original"}) {
      const OptionValue value = option_default(row, preset);
      EXPECT_NO_THROW(check_option(row, value, "default")) << row.key;
      Options options;
      row.set(options, value);
      EXPECT_EQ(toml_text(row.get(options)), toml_text(value)) << row.key;
    }
    EXPECT_EQ(find_option(row.key), &row);
  }
}

TEST(Options, TheSmallestClusterGoesWithTheChain) {
  HdbscanOptionsSection section = read("").hdbscan;
  EXPECT_EQ(section.min_cluster_size, 0);
  EXPECT_EQ(min_cluster_size_for(section, 0), 5);
  EXPECT_EQ(min_cluster_size_for(section, 299), 5);
  EXPECT_EQ(min_cluster_size_for(section, 2000), 40);
  section.max_cluster_size = 12;
  EXPECT_EQ(min_cluster_size_for(section, 2000), 12);
  section.min_cluster_size = 3;
  EXPECT_EQ(min_cluster_size_for(section, 2000), 3);
}

TEST(ColumnEntries, Forms) {
  const ColumnEntry plain = parse_column_entry("size_m2", "here");
  EXPECT_EQ(plain.pattern, "size_m2");
  EXPECT_EQ(plain.transform, ColumnTransform::kNone);
  EXPECT_EQ(plain.weight, 0);
  const ColumnEntry mix = parse_column_entry(" 4 * clr( mix_* )", "here");
  EXPECT_EQ(mix.pattern, "mix_*");
  EXPECT_EQ(mix.transform, ColumnTransform::kCentredLogRatio);
  EXPECT_EQ(mix.weight, 4);
  EXPECT_EQ(parse_column_entry("0.5*log1p(a)", "here").weight, 0.5);
  EXPECT_EQ(parse_column_entry("2nd_line", "here").pattern, "2nd_line");
  for (const char* bad : {"", "clr()", "clr(a", "sqrt(a)", "-1 * a", "a*b", "log1p(log1p(a))", "3 *"}) {
    EXPECT_THROW(parse_column_entry(bad, "here"), InvalidInput) << bad;
  }
}

TEST(ColumnEntries, Patterns) {
  EXPECT_TRUE(column_matches("mix_*", "mix_shoes"));
  EXPECT_TRUE(column_matches("mix_*", "mix_"));
  EXPECT_FALSE(column_matches("mix_*", "mi"));
  EXPECT_TRUE(column_matches("a", "a"));
  EXPECT_FALSE(column_matches("a", "ab"));
}

}  // namespace
}  // namespace aisle
