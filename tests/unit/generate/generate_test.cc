// The files: which there are, their columns, the same bytes for any number of threads, the same store in any
// retailer, nothing left of a failure.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <fstream>
#include <functional>

#include "retailer_fixture.h"

namespace aisle {
namespace {

std::string described(const Table& table) {
  std::string text;
  for (std::size_t row = 0; row < table.n_rows(); ++row) {
    text += table.column("column_name").texts[row] + " " + table.column("column_type").texts[row] + ", ";
  }
  return text;
}

TEST_F(RetailerTest, HasTheOriginalsTablesColumnsAndPartitions) {
  const GenerateResult result = make("a", {.n_stores = 12});
  EXPECT_EQ(described(rows("DESCRIBE a_product")),
            "product_id VARCHAR, name VARCHAR, category VARCHAR, base_price DOUBLE, cost DOUBLE, ");
  EXPECT_EQ(
      described(rows("DESCRIBE a_physical")),
      "store_id VARCHAR, size_m2 DOUBLE, placement VARCHAR, storage_capacity_m2 DOUBLE, address VARCHAR, "
      "city VARCHAR, state VARCHAR, ");
  EXPECT_EQ(described(rows("DESCRIBE a_management")),
            "store_id VARCHAR, store_name VARCHAR, regional VARCHAR, current_cluster_label VARCHAR, "
            "opening_date DATE, ");
  EXPECT_EQ(described(rows("DESCRIBE a_sales")),
            "date DATE, store_id VARCHAR, product_id VARCHAR, qty BIGINT, unit_price_at_sale DOUBLE, "
            "profit_at_sale DOUBLE, ");
  EXPECT_EQ(described(rows("DESCRIBE a_inventory")),
            "snapshot_date DATE, store_id VARCHAR, product_id VARCHAR, qty_on_hand BIGINT, ");

  EXPECT_TRUE(std::filesystem::exists(raw("a") / "fact_sales/year=2022/month=1/sales.parquet"));
  EXPECT_TRUE(std::filesystem::exists(raw("a") / "fact_sales/year=2024/month=12/sales.parquet"));
  EXPECT_TRUE(std::filesystem::exists(raw("a") / "fact_inventory/year=2023/quarter-2.parquet"));
  EXPECT_EQ(result.tables.at(3).n_files, 36);
  EXPECT_EQ(result.tables.at(4).n_files, 12);
  for (const auto& [name, view] : std::map<std::string, std::string>{{"dim_product", "a_product"},
                                                                     {"dim_store_physical", "a_physical"},
                                                                     {"dim_store_management", "a_management"},
                                                                     {"fact_sales", "a_sales"},
                                                                     {"fact_inventory", "a_inventory"}}) {
    EXPECT_EQ(result.rows_of(name), count(view)) << name;
  }
  EXPECT_EQ(result.rows_of("dim_product"), 200);
  EXPECT_EQ(result.rows_of("dim_store_physical"), 12);
  EXPECT_EQ(result.rows_of("dim_store_management"), 12);
  EXPECT_GT(result.rows_of("fact_sales"), 5'000);
  EXPECT_TRUE(result.truth_folder.empty());
  EXPECT_FALSE(std::filesystem::exists(raw("a").parent_path() / "truth"));
}

TEST_F(RetailerTest, RowsLieInTheFolderOfTheirDate) {
  make("a", {.n_stores = 5, .n_years = 2});
  const std::string sales = sql_literal((raw("a") / "fact_sales/**/*.parquet").string());
  EXPECT_EQ(count("read_parquet(" + sales +
                  ", hive_partitioning = true) WHERE year(date) <> CAST(year AS INT) OR "
                  "month(date) <> CAST(month AS INT)"),
            0);
  const std::string inventory = sql_literal((raw("a") / "fact_inventory/**/*.parquet").string());
  EXPECT_EQ(count("read_parquet(" + inventory +
                  ", hive_partitioning = true) WHERE year(snapshot_date) <> CAST(year AS INT)"),
            0);
}

TEST_F(RetailerTest, TheSameBytesForAnyNumberOfThreads) {
  GenerateOptions options{.n_stores = 40, .n_archetypes = 5, .dirt = Dirt::kPlanted};
  options.n_threads = 1;
  make("one", options);
  options.n_threads = 2;
  make("two", options);
  options.n_threads = 7;
  make("seven", options);
  const auto expected = digests(raw("one").parent_path());
  EXPECT_GT(expected.size(), 50u);
  EXPECT_EQ(digests(raw("two").parent_path()), expected);
  EXPECT_EQ(digests(raw("seven").parent_path()), expected);
}

TEST_F(RetailerTest, AnotherSeedIsAnotherRetailer) {
  make("a", {.n_stores = 5, .n_years = 1});
  make("b", {.n_stores = 5, .n_years = 1, .seed = 43});
  EXPECT_EQ(count("a_physical JOIN b_physical USING (store_id)"), 0);
  EXPECT_EQ(count("a_product JOIN b_product USING (product_id)"), 0);
  EXPECT_NE(digests(raw("a"))["dim_store_management.parquet"],
            digests(raw("b"))["dim_store_management.parquet"]);
}

class SameStores : public RetailerTest, public testing::WithParamInterface<int> {};

TEST_P(SameStores, AStoreIsTheSameWhateverTheNumberOfStores) {
  make("few", {.n_stores = 10, .n_archetypes = GetParam()});
  make("many", {.n_stores = 50, .n_archetypes = GetParam()});
  EXPECT_EQ(count("few_sales") > 1'000, true);
  for (const std::string table : {"physical", "management", "sales", "inventory"}) {
    const std::string of_first =
        "(SELECT * FROM many_" + table + " WHERE store_id IN (SELECT store_id FROM few_physical))";
    EXPECT_EQ(count("(SELECT * FROM few_" + table + " EXCEPT ALL SELECT * FROM " + of_first + ")"), 0)
        << table;
    EXPECT_EQ(count("(SELECT * FROM " + of_first + " EXCEPT ALL SELECT * FROM few_" + table + ")"), 0)
        << table;
  }
  EXPECT_EQ(count("(SELECT * FROM few_product EXCEPT ALL SELECT * FROM many_product)"), 0);
}
INSTANTIATE_TEST_SUITE_P(WithAndWithoutArchetypes, SameStores, testing::Values(0, 6));

TEST_F(RetailerTest, EndsOnTheEndDateWhateverTheDay) {
  make("a", {.n_stores = 6, .n_years = 1, .end_date = "2024-02-29"});
  EXPECT_EQ(number("SELECT max(date) = DATE '2024-02-29' FROM a_sales"), 1);
  // The year begins on 2023-03-01, a Wednesday; the first Monday is the sixth.
  EXPECT_EQ(number("SELECT min(date) = DATE '2023-03-06' FROM a_sales"), 1);
  EXPECT_EQ(number("SELECT min(snapshot_date) = DATE '2023-03-06' FROM a_inventory"), 1);
  EXPECT_EQ(count("a_inventory WHERE dayofweek(snapshot_date) <> 1"), 0);
}

TEST_F(RetailerTest, SpeaksEnglishOnRequest) {
  make("a", {.n_stores = 40, .n_years = 1, .locale = Locale::kEnUs});
  EXPECT_EQ(count("a_management WHERE regional NOT LIKE 'Region\\_%' ESCAPE '\\'"), 0);
  EXPECT_EQ(count("a_management WHERE store_name NOT LIKE 'Store %'"), 0);
  EXPECT_EQ(count("a_product WHERE category NOT IN ('Accessories', 'Coats', 'Dresses', 'T-Shirts', "
                  "'Trousers')"),
            0);
}

TEST_F(RetailerTest, TheSmallestRetailerHasAllTables) {
  const GenerateResult result = make("a", {.n_stores = 1, .n_products = 5, .n_years = 1});
  EXPECT_EQ(result.rows_of("dim_store_physical"), 1);
  EXPECT_EQ(count("a_product"), 5);
  EXPECT_EQ(count("a_sales"), result.rows_of("fact_sales"));
  EXPECT_EQ(count("a_inventory"), result.rows_of("fact_inventory"));
}

// One or two stores have months and quarters without a row; their files are dropped beside others that are
// still to be written.
TEST_F(RetailerTest, PeriodsWithoutARowLeaveNoFileAndNoFolder) {
  for (const int n_stores : {1, 2}) {
    for (int seed = 1; seed <= 20; ++seed) {
      std::map<std::string, std::string> expected;
      for (const int n_threads : {1, 2}) {
        const auto name = fmt::format("r{}_{}_{}", n_stores, seed, n_threads);
        generate_retailer({.n_stores = n_stores,
                           .n_products = 20,
                           .n_years = 3,
                           .seed = static_cast<std::uint64_t>(seed),
                           .n_threads = n_threads},
                          raw(name), ignore_events, nullptr);
        for (const auto& entry : std::filesystem::recursive_directory_iterator(raw(name))) {
          EXPECT_FALSE(entry.is_directory() && std::filesystem::is_empty(entry.path())) << entry.path();
        }
        const auto found = digests(raw(name));
        if (n_threads == 1) expected = found;
        EXPECT_EQ(found, expected) << name;
        std::filesystem::remove_all(folder_ / name);
      }
    }
  }
}

TEST_F(RetailerTest, TellsThatADirtyRetailerIsDone) {
  double last = 0.0;
  generate_retailer(
      {.n_stores = 10, .n_years = 1, .dirt = Dirt::kPlanted}, raw("a"),
      [&](const RunEvent& event) {
        if (const auto* progress = std::get_if<Progress>(&event)) last = progress->done;
      },
      nullptr);
  EXPECT_EQ(last, 100.0);
}

TEST_F(RetailerTest, TellsHowFarItIs) {
  std::vector<RunEvent> events;
  generate_retailer(
      {.n_stores = 200, .n_years = 1}, raw("a"), [&](const RunEvent& event) { events.push_back(event); },
      nullptr);
  ASSERT_GT(events.size(), 50u);
  EXPECT_EQ(std::get<StageStarted>(events.front()).asset, "raw_data");
  EXPECT_EQ(std::get<StageFinished>(events.back()).asset, "raw_data");
  double last = 0.0;
  std::map<std::string, std::int64_t> made;
  for (const RunEvent& event : events) {
    if (const auto* progress = std::get_if<Progress>(&event)) {
      EXPECT_GT(progress->done, last);
      last = progress->done;
      EXPECT_EQ(progress->total, 100.0);
    }
    if (const auto* asset = std::get_if<AssetMade>(&event)) made[asset->asset] = asset->n_rows;
  }
  EXPECT_EQ(last, 100.0);
  EXPECT_EQ(made.size(), 5u);
  EXPECT_EQ(made["dim_store_physical"], 200);
}

TEST_F(RetailerTest, AWishToStopLeavesTheLastGoodRetailer) {
  make("a", {.n_stores = 3, .n_years = 1});
  const auto before = digests(folder_);
  CancelFlag cancel;
  const auto stop_at_once = [&](const RunEvent& event) {
    if (std::holds_alternative<Progress>(event)) cancel.request();
  };
  EXPECT_THROW(generate_retailer({.n_stores = 2'000, .n_years = 1}, raw("a"), stop_at_once, &cancel),
               Cancelled);
  EXPECT_EQ(digests(folder_), before);
}

TEST_F(RetailerTest, ReplacesWhatItMadeAndNothingElse) {
  make("a", {.n_stores = 3, .n_years = 2});
  make("a", {.n_stores = 4, .n_years = 1});
  EXPECT_EQ(count("a_physical"), 4);
  EXPECT_EQ(number("SELECT min(date) >= DATE '2024-01-01' FROM a_sales"), 1);

  std::ofstream(raw("a") / "notes.txt") << "mine";
  EXPECT_THROW(generate_retailer({.n_stores = 3}, raw("a"), ignore_events, nullptr), InvalidInput);
  EXPECT_TRUE(std::filesystem::exists(raw("a") / "notes.txt"));

  const auto mine = raw("mine");
  std::filesystem::create_directories(mine);
  std::ofstream(mine / "fact_sales.csv") << "date;store\n";
  try {
    generate_retailer({.n_stores = 3}, mine, ignore_events, nullptr);
    FAIL() << "nothing was thrown";
  } catch (const InvalidInput& error) {
    EXPECT_EQ(std::string(error.what()),
              mine.string() +
                  ": there are files here that generate did not make; expected an empty folder, or one that "
                  "generate made; move them, or choose another folder");
  }
  EXPECT_TRUE(std::filesystem::exists(mine / "fact_sales.csv"));
  generate_retailer({.n_stores = 3, .n_years = 1, .replace = ReplaceRaw::kAny}, mine, ignore_events, nullptr);
  EXPECT_FALSE(std::filesystem::exists(mine / "fact_sales.csv"));
}

TEST_F(RetailerTest, AnOldTruthDoesNotStandBesideAnotherRetailer) {
  const auto truth = raw("a").parent_path() / "truth";
  make("a", {.n_stores = 3, .n_years = 1, .n_archetypes = 2, .dirt = Dirt::kPlanted});
  EXPECT_TRUE(std::filesystem::exists(truth / "store_archetypes.parquet"));
  EXPECT_TRUE(std::filesystem::exists(truth / "dirt.json"));
  make("a", {.n_stores = 3, .n_years = 1, .n_archetypes = 2});
  EXPECT_TRUE(std::filesystem::exists(truth / "archetypes.json"));
  EXPECT_FALSE(std::filesystem::exists(truth / "dirt.json"));
  make("a", {.n_stores = 3, .n_years = 1});
  EXPECT_FALSE(std::filesystem::exists(truth));
}

TEST_F(RetailerTest, AFolderThatCannotBeMadeIsOneClearError) {
  std::ofstream(folder_ / "file") << "not a folder";
  const auto target = folder_ / "file" / "raw";
  try {
    generate_retailer({.n_stores = 3, .n_years = 1}, target, ignore_events, nullptr);
    FAIL() << "nothing was thrown";
  } catch (const EnvironmentError& error) {
    EXPECT_EQ(std::string(error.what()), target.string() + ": a part of this path is a file, not a folder");
  }
}

// A limit on the size of files stands for the disk; it holds everywhere, also where nothing can be mounted.
TEST_F(RetailerTest, AFileThatCannotGrowIsOneClearErrorAndLeavesNothing) {
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  try {
    generate_retailer({.n_stores = 30}, raw("a"), ignore_events, nullptr);
  } catch (const EnvironmentError& error) {
    message = error.what();
  }
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(message, raw("a").string() + ": it cannot be written (File too large)");
  EXPECT_TRUE(std::filesystem::is_empty(raw("a").parent_path()));
}

TEST_F(RetailerTest, AFullDiskIsOneClearErrorAndLeavesNothing) {
  // A tmpfs of two megabytes; where mounting is not allowed the case is tested by another way of the
  // kernel's.
  const auto small = folder_ / "small";
  std::filesystem::create_directories(small);
  const std::string mount = fmt::format("mount -t tmpfs -o size=2m tmpfs '{}' 2>/dev/null", small.string());
  if (std::system(mount.c_str()) != 0) GTEST_SKIP() << "mounting a tmpfs is not allowed here";
  std::string message;
  try {
    generate_retailer({.n_stores = 300}, small / "raw", ignore_events, nullptr);
  } catch (const EnvironmentError& error) {
    message = error.what();
  }
  const bool empty = std::filesystem::is_empty(small);
  EXPECT_EQ(std::system(fmt::format("umount '{}'", small.string()).c_str()), 0);
  EXPECT_EQ(message, (small / "raw").string() + ": the disk is full; free some space and run again");
  EXPECT_TRUE(empty);
}

struct BadOption {
  std::function<void(GenerateOptions&)> spoil;
  std::string message;
};

TEST(GenerateOptionsTest, EachBadValueIsNamedWithItsRange) {
  const std::vector<BadOption> cases = {
      {[](auto& o) { o.n_stores = 0; }, "generate: stores: 0 is out of range; expected 1 to 1000000"},
      {[](auto& o) { o.n_stores = 1'000'001; },
       "generate: stores: 1000001 is out of range; expected 1 to 1000000"},
      {[](auto& o) { o.n_products = 4; }, "generate: products: 4 is out of range; expected 5 to 100000"},
      {[](auto& o) { o.n_years = 0; }, "generate: years: 0 is out of range; expected 1 to 20"},
      {[](auto& o) { o.n_years = 21; }, "generate: years: 21 is out of range; expected 1 to 20"},
      {[](auto& o) { o.n_archetypes = 13; }, "generate: archetypes: 13 is out of range; expected 0 to 12"},
      {[](auto& o) { o.n_archetypes = -1; }, "generate: archetypes: -1 is out of range; expected 0 to 12"},
      {[](auto& o) { o.overlap = 1.5; }, "generate: overlap: 1.5 is out of range; expected 0 to 1"},
      {[](auto& o) { o.overlap = std::nan(""); }, "generate: overlap: nan is out of range; expected 0 to 1"},
      {[](auto& o) { o.closed_share = 0.6; },
       "generate: closed_share: 0.6 is out of range; expected 0 to 0.5"},
      {[](auto& o) { o.n_threads = -1; }, "generate: threads: -1 is out of range; expected 0 to 1024"},
      {[](auto& o) { o.end_date = "1989-12-31"; },
       "generate: end_date: 1989-12-31 is out of range; expected 1990-01-01 to 2199-12-31"},
  };
  for (const BadOption& bad : cases) {
    GenerateOptions options;
    bad.spoil(options);
    try {
      check_generate_options(options);
      ADD_FAILURE() << "accepted: " << bad.message;
    } catch (const InvalidInput& error) {
      EXPECT_EQ(std::string(error.what()), bad.message);
    }
  }
  EXPECT_THROW(check_generate_options({.end_date = "2024-02-30"}), InvalidInput);
  EXPECT_THROW(check_generate_options({.end_date = "31/12/2024"}), InvalidInput);
  EXPECT_NO_THROW(check_generate_options({}));
}

TEST(GenerateOptionsTest, LocalesAreTwo) {
  EXPECT_EQ(parse_locale("pt_BR"), Locale::kPtBr);
  EXPECT_EQ(parse_locale("en_US"), Locale::kEnUs);
  try {
    parse_locale("fr_FR");
    FAIL() << "nothing was thrown";
  } catch (const InvalidInput& error) {
    EXPECT_STREQ(error.what(), "generate: locale: \"fr_FR\" is not known; expected pt_BR or en_US");
  }
}

}  // namespace
}  // namespace aisle
