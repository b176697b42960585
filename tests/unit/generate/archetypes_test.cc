// Archetypes: shares, spread, what the tables show of them, and that the truth stays out of the raw folder.
#include "aisle/generate/archetypes.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "aisle/generate/retailer.h"
#include "aisle/project/staged_output.h"
#include "retailer_fixture.h"

namespace aisle {
namespace {

using generate::Archetype;
using generate::kFitsNone;

TEST(ArchetypesTest, SharesAreUnevenAndHold) {
  const auto archetypes = generate::make_archetypes(7, 6, 0.3);
  ASSERT_EQ(archetypes.size(), 6u);
  double sum = 0.0;
  double largest = 0.0;
  double smallest = 1.0;
  for (const Archetype& archetype : archetypes) {
    sum += archetype.share;
    largest = std::max(largest, archetype.share);
    smallest = std::min(smallest, archetype.share);
  }
  EXPECT_NEAR(sum, 0.95, 1e-12);
  EXPECT_GT(largest, 2.0 * smallest);

  constexpr int kStores = 40'000;
  std::vector<double> counts(7);
  for (std::uint64_t store = 0; store < kStores; ++store) {
    const int archetype = generate::archetype_of_store(7, archetypes, store);
    ++counts[archetype == kFitsNone ? 6 : static_cast<std::size_t>(archetype)];
  }
  double chi_square = 0.0;
  for (std::size_t index = 0; index < 7; ++index) {
    const double expected = kStores * (index == 6 ? 0.05 : archetypes[index].share);
    chi_square += (counts[index] - expected) * (counts[index] - expected) / expected;
  }
  EXPECT_LT(chi_square, 28.0);  // 6 degrees of freedom
}

TEST(ArchetypesTest, AreDrawnFromTheSeed) {
  const auto first = generate::make_archetypes(1, 4, 0.3);
  const auto again = generate::make_archetypes(1, 4, 0.3);
  const auto other = generate::make_archetypes(2, 4, 0.3);
  EXPECT_EQ(first[2].centre, again[2].centre);
  EXPECT_NE(first[2].centre, other[2].centre);
  EXPECT_TRUE(generate::make_archetypes(1, 0, 0.3).empty());
}

// Mean squared deviation from the centre, over traits and stores.
double spread_of(std::uint64_t seed, double overlap) {
  const auto archetypes = generate::make_archetypes(seed, 3, overlap);
  double sum = 0.0;
  for (std::uint64_t store = 0; store < 2'000; ++store) {
    const auto traits = generate::traits_of_store(seed, archetypes, 1, store);
    for (std::size_t index = 0; index < generate::kTraits; ++index) {
      sum += std::pow(traits[index] - archetypes[1].centre[index], 2);
    }
  }
  return sum / 2'000.0 / static_cast<double>(generate::kTraits);
}

TEST(ArchetypesTest, OverlapWidensThem) {
  EXPECT_GT(spread_of(3, 0.5), 1.5 * spread_of(3, 0.0));
  EXPECT_GT(spread_of(3, 1.0), 1.5 * spread_of(3, 0.5));
}

class ArchetypeRetailer : public RetailerTest {
 protected:
  static constexpr int kStores = 240;

  void make_it(double overlap) {
    options_ = {.n_stores = kStores, .seed = 11, .n_archetypes = 5, .overlap = overlap, .closed_share = 0.0};
    result_ = make("a", options_);
    truth_ = raw("a").parent_path() / "truth";
    engine_->execute("CREATE VIEW truth AS SELECT * FROM read_parquet(" +
                     sql_literal((truth_ / "store_archetypes.parquet").string()) + ")");
    engine_->execute(
        "CREATE TABLE traded AS SELECT store_id, ln(count(*) / count(DISTINCT date)) AS traffic, "
        "avg(base_price) AS ticket, avg(CAST(isodow(date) >= 6 AS INT)) AS weekend, "
        "avg(CAST(category = 'Casacos' AS INT)) AS coats, avg(CAST(unit_price_at_sale < base_price AS INT)) "
        "AS "
        "discounted, avg(qty) AS basket, ln(any_value(width)) AS width, count(*) AS n_lines FROM a_sales "
        "JOIN "
        "a_product USING (product_id) JOIN (SELECT store_id, count(DISTINCT product_id) AS width FROM "
        "a_inventory GROUP BY ALL) USING (store_id) GROUP BY store_id HAVING count(DISTINCT date) > 300");
  }

  // Share of a feature's variance that lies between archetypes, the stores that fit none left out.
  double explained(const std::string& feature, const std::string& archetype) {
    return number(
        "WITH k AS (SELECT " + feature + " AS v, " + archetype +
        " AS k FROM traded JOIN truth USING (store_id) WHERE archetype >= 0), m AS (SELECT k, avg(v) AS "
        "mean, count(*) AS n FROM k GROUP BY k) SELECT (SELECT sum(n * power(mean - (SELECT avg(v) FROM "
        "k), 2)) FROM m) / (SELECT var_pop(v) * count(*) FROM k)");
  }

  // Correlation between what the generator gave a store and what the tables show.
  double correlation(const std::string& feature, double (*given)(const generate::Store&)) {
    const generate::Retailer retailer = generate::make_retailer(options_);
    std::vector<std::string> ids;
    std::vector<double> values;
    for (std::uint64_t index = 0; index < kStores; ++index) {
      ids.push_back(generate::store_id(retailer, index));
      values.push_back(given(generate::make_store(retailer, index)));
    }
    Table table;
    table.add(text_column("store_id", ids));
    table.add(double_column("given", values));
    engine_->put_table("given", table);
    return number("SELECT corr(" + feature + ", given) FROM traded JOIN given USING (store_id)");
  }

  GenerateOptions options_;
  GenerateResult result_;
  std::filesystem::path truth_;
};

TEST_F(ArchetypeRetailer, TheTruthIsAFileOfItsOwn) {
  make_it(0.3);
  EXPECT_EQ(result_.truth_folder, truth_);
  EXPECT_EQ(count("truth"), kStores);
  EXPECT_EQ(count("truth JOIN a_management USING (store_id)"), kStores);
  EXPECT_EQ(number("SELECT min(archetype) = -1 AND max(archetype) = 4 FROM truth"), 1);
  const auto document = nlohmann::json::parse(read_file(truth_ / "archetypes.json"));
  ASSERT_EQ(document["archetypes"].size(), 5u);
  EXPECT_EQ(document["archetypes"][0]["category_shares"].size(), 5u);
  // No raw table names an archetype, and the raw folder holds nothing but the tables and the mark.
  for (const std::string table : {"product", "physical", "management", "sales", "inventory"}) {
    EXPECT_EQ(count("(DESCRIBE a_" + table + ") WHERE column_name LIKE '%archetype%'"), 0);
  }
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(raw("a"))) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"_generated.json", "dim_product.parquet",
                                             "dim_store_management.parquet", "dim_store_physical.parquet",
                                             "fact_inventory", "fact_sales"}));
}

TEST_F(ArchetypeRetailer, ShowsInHowStoresTrade) {
  make_it(0.0);
  const std::vector<std::string> features = {"traffic", "ticket", "weekend", "coats", "discounted", "width"};
  double sum = 0.0;
  double by_chance = 0.0;
  for (const std::string& feature : features) {
    sum += explained(feature, "archetype");
    by_chance += explained(feature, "hash(store_id) % 5");
  }
  EXPECT_GT(sum / static_cast<double>(features.size()), 0.5);
  EXPECT_LT(by_chance / static_cast<double>(features.size()), 0.06);
}

TEST_F(ArchetypeRetailer, TheTablesShowWhatAStoreWasGiven) {
  make_it(0.5);
  EXPECT_GT(correlation("traffic", [](const auto& store) { return std::log(store.behaviour.lines_per_day); }),
            0.85);
  EXPECT_GT(correlation("weekend", [](const auto& store) { return store.behaviour.weekday[5]; }), 0.85);
  EXPECT_GT(correlation("discounted", [](const auto& store) { return store.behaviour.discounted_share; }),
            0.9);
  EXPECT_GT(correlation("basket", [](const auto& store) { return store.behaviour.several_share; }), 0.85);
  EXPECT_GT(correlation("ticket", [](const auto& store) { return store.behaviour.price_leaning; }), 0.6);
  EXPECT_GT(correlation("width", [](const auto& store) { return std::log(store.behaviour.range_share); }),
            0.9);
}

TEST_F(ArchetypeRetailer, StockKnowsOfSalesToo) {
  make_it(0.3);
  EXPECT_EQ(
      count("(SELECT 1 FROM (SELECT i.store_id, i.product_id, qty_on_hand + coalesce(sold, 0) AS level FROM "
            "a_inventory i LEFT JOIN (SELECT store_id, product_id, CAST(date_trunc('week', date) AS DATE) + "
            "7 AS "
            "snapshot_date, sum(qty) AS sold FROM a_sales GROUP BY ALL) USING (store_id, product_id, "
            "snapshot_date)) GROUP BY store_id, product_id HAVING min(level) <> max(level))"),
      0);
  EXPECT_EQ(count("a_sales JOIN a_management USING (store_id) WHERE date < opening_date"), 0);
}

}  // namespace
}  // namespace aisle
