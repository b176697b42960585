// Statistical tests of the original's retailer: each distribution that it documents, on fixed seeds, with
// limits that chance passes once in some ten thousand cases (4.5 standard errors, or the mean of a chi-square
// plus five of its deviations). The seed is fixed, so a failure is a change of the generator.
#include <cmath>

#include "retailer_fixture.h"

namespace aisle {
namespace {

constexpr double kErrors = 4.5;

double chi_square_limit(std::size_t n_classes) {
  const auto freedom = static_cast<double>(n_classes - 1);
  return freedom + 5.0 * std::sqrt(2.0 * freedom) + 5.0;
}

class RetailerStatistics : public RetailerTest {
 protected:
  RetailerStatistics() { make("a", {.n_stores = 800, .n_years = 1}); }

  // `sql` gives a class (0, 1, ...) and its count; a class that is absent counts 0.
  void expect_shares(const std::string& sql, const std::vector<double>& shares) {
    const Table table = rows(sql);
    std::vector<double> counts(shares.size());
    double total = 0.0;
    for (std::size_t row = 0; row < table.n_rows(); ++row) {
      counts.at(static_cast<std::size_t>(table.columns()[0].number_at(row))) =
          table.columns()[1].number_at(row);
      total += table.columns()[1].number_at(row);
    }
    double chi_square = 0.0;
    for (std::size_t index = 0; index < shares.size(); ++index) {
      const double expected = total * shares[index];
      chi_square += (counts[index] - expected) * (counts[index] - expected) / expected;
    }
    EXPECT_GT(total, 100.0) << sql;
    EXPECT_LT(chi_square, chi_square_limit(shares.size())) << sql;
  }

  // `sql` gives one row: count, mean and standard deviation.
  void expect_mean(const std::string& sql, double mean, double deviation) {
    const Table table = rows(sql);
    const double n = table.columns()[0].number_at(0);
    EXPECT_GT(n, 30.0) << sql;
    EXPECT_NEAR(table.columns()[1].number_at(0), mean, kErrors * deviation / std::sqrt(n)) << sql;
    EXPECT_NEAR(table.columns()[2].number_at(0), deviation, kErrors * deviation / std::sqrt(2.0 * n)) << sql;
  }
};

TEST_F(RetailerStatistics, PlacesStores) {
  expect_shares(
      "SELECT list_position(['Shopping Mall', 'Street', 'Commercial Bldg', 'In-Company'], placement) - 1, "
      "count(*) FROM a_physical GROUP BY 1",
      {0.6, 0.2, 0.1, 0.1});
  expect_shares(
      "SELECT list_position(['Regional_SP', 'Regional_Sul', 'Regional_Nordeste', 'Regional_Rio_Minas', "
      "'Regional_Centro_Norte'], regional) - 1, count(*) FROM a_management GROUP BY 1",
      {0.2, 0.2, 0.2, 0.2, 0.2});
  expect_shares(
      "SELECT list_position(['AM', 'DF', 'GO', 'PA'], state) - 1, count(*) FROM a_physical JOIN a_management "
      "USING (store_id) WHERE regional = 'Regional_Centro_Norte' GROUP BY 1",
      {0.25, 0.25, 0.25, 0.25});
  EXPECT_EQ(count("a_physical WHERE address NOT LIKE '%' || city || ' - ' || state"), 0);
  EXPECT_EQ(count("(SELECT DISTINCT store_id FROM a_physical)"), 800);
  EXPECT_EQ(count("(SELECT DISTINCT store_name FROM a_management)"), 800);
  EXPECT_EQ(count("a_management WHERE NOT regexp_full_match(store_id, "
                  "'[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}')"),
            0);
}

TEST_F(RetailerStatistics, SizesStores) {
  const std::string figures =
      "SELECT count(size_m2), avg(size_m2), stddev_samp(size_m2) FROM a_physical WHERE ";
  expect_mean(figures + "placement = 'Shopping Mall'", 150.0, 40.0);
  expect_mean(figures + "placement IN ('Street', 'Commercial Bldg')", 80.0, 20.0);
  expect_mean(figures + "placement = 'In-Company'", 30.0, 5.0);
  expect_shares("SELECT CAST(size_m2 IS NULL AS INT), count(*) FROM a_physical GROUP BY 1", {0.95, 0.05});
  expect_mean(
      "SELECT count(*), avg(storage_capacity_m2 / size_m2), stddev_samp(storage_capacity_m2 / size_m2) "
      "FROM a_physical WHERE size_m2 IS NOT NULL",
      0.2, 0.2 / std::sqrt(12.0));
  EXPECT_EQ(count("a_physical WHERE storage_capacity_m2 IS NULL OR storage_capacity_m2 > 0.301 * size_m2 OR "
                  "storage_capacity_m2 < 0.099 * size_m2"),
            0);
}

TEST_F(RetailerStatistics, TiersSetTheTraffic) {
  expect_shares("SELECT ascii(current_cluster_label) - ascii('A'), count(*) FROM a_management GROUP BY 1",
                {0.05, 0.15, 0.80});
  // Lines on the weekdays of a whole year; Poisson noise and the day's own spread come on top of the
  // multiplier's, and are small beside it.
  engine_->execute(
      "CREATE TABLE daily AS SELECT store_id, current_cluster_label AS tier, day, count(s.store_id) AS n "
      "FROM (SELECT store_id, current_cluster_label, unnest(generate_series(DATE '2024-01-01', "
      "DATE '2024-12-31', INTERVAL 1 DAY))::DATE AS day FROM a_management WHERE opening_date < '2024-01-01') "
      "d "
      "LEFT JOIN (SELECT store_id, date AS day FROM a_sales) s USING (store_id, day) GROUP BY ALL");
  const std::string of_stores =
      "SELECT count(*), avg(m), stddev_samp(m) FROM (SELECT avg(n) AS m FROM daily WHERE isodow(day) < 6 AND "
      "tier = '";
  expect_mean(of_stores + "A' GROUP BY store_id)", 4.0, 1.0);
  expect_mean(of_stores + "B' GROUP BY store_id)", 2.0, 0.5);
  expect_mean(of_stores + "C' GROUP BY store_id)", 1.0, 0.21);
  EXPECT_NEAR(number("SELECT avg(n) FILTER (isodow(day) >= 6) / avg(n) FILTER (isodow(day) < 6) FROM daily"),
              1.5, 0.02);
  // The variance of a day's count is its mean plus (0.2 x mean)^2.
  EXPECT_NEAR(
      number("SELECT sum(v - m) / sum(m * m) FROM (SELECT avg(n) AS m, var_samp(n) AS v FROM daily WHERE "
             "isodow(day) < 6 GROUP BY store_id)"),
      0.04, 0.012);
}

TEST_F(RetailerStatistics, SellsInTheOriginalsQuantitiesAndDiscounts) {
  expect_shares("SELECT qty - 1, count(*) FROM a_sales GROUP BY 1", {0.9, 0.08, 0.02});
  expect_shares(
      "SELECT CAST(round(10 * (1 - unit_price_at_sale / base_price)) AS INT), count(*) FROM a_sales JOIN "
      "a_product USING (product_id) GROUP BY 1",
      {0.7, 0.2, 0.1});
  // Every product sells alike.
  const double n_lines = number("SELECT count(*) FROM a_sales");
  EXPECT_LT(number("SELECT sum(power(n - " + std::to_string(n_lines / 200.0) + ", 2)) / " +
                   std::to_string(n_lines / 200.0) +
                   " FROM (SELECT count(*) AS n FROM a_sales GROUP BY product_id)"),
            1.3 * chi_square_limit(200));
}

TEST_F(RetailerStatistics, PricesAndProfitsAreExactInCents) {
  EXPECT_EQ(count("a_sales JOIN a_product USING (product_id) WHERE profit_at_sale <> "
                  "round((unit_price_at_sale - cost) * qty, 2)"),
            0);
  EXPECT_EQ(count("a_sales JOIN a_product USING (product_id) WHERE abs(unit_price_at_sale - base_price * "
                  "round(unit_price_at_sale / base_price, 1)) > 0.00501"),
            0);
}

TEST_F(RetailerStatistics, StocksAWeeksAssortment) {
  expect_shares(
      "SELECT n - 20, count(*) FROM (SELECT count(*) AS n FROM a_inventory GROUP BY store_id, snapshot_date) "
      "GROUP BY 1",
      std::vector<double>(40, 1.0 / 40.0));
  EXPECT_EQ(
      count("(SELECT 1 FROM a_inventory GROUP BY snapshot_date, store_id, product_id HAVING count(*) > 1)"),
      0);
  // Every store has a row on every Monday of its life.
  EXPECT_EQ(
      count("(SELECT DISTINCT store_id, snapshot_date FROM a_inventory)"),
      number("SELECT count(*) FROM a_management, (SELECT DISTINCT snapshot_date AS day FROM a_inventory) "
             "WHERE opening_date <= day"));
  // What sells was on the shelves of its week.
  EXPECT_EQ(count("(SELECT * FROM a_sales JOIN a_management USING (store_id) WHERE opening_date <= "
                  "date_trunc('week', date)) s ANTI JOIN a_inventory i ON s.store_id = i.store_id AND "
                  "s.product_id = i.product_id AND i.snapshot_date = date_trunc('week', s.date)"),
            0);
}

// The base-stock rule: a Monday's count is the product's level less what the seven days before sold.
TEST_F(RetailerStatistics, StockKnowsOfSales) {
  engine_->execute(
      "CREATE TABLE counted AS SELECT i.store_id, i.product_id, snapshot_date, qty_on_hand, "
      "qty_on_hand + coalesce(sold, 0) AS level, coalesce(sold, 0) AS sold FROM a_inventory i LEFT JOIN "
      "(SELECT store_id, product_id, CAST(date_trunc('week', date) AS DATE) + 7 AS snapshot_date, sum(qty) "
      "AS "
      "sold FROM a_sales GROUP BY ALL) USING (store_id, product_id, snapshot_date)");
  EXPECT_GT(count("counted WHERE sold > 0"), 25'000);
  EXPECT_EQ(count("(SELECT 1 FROM counted GROUP BY store_id, product_id HAVING min(level) <> max(level))"),
            0);
  EXPECT_EQ(number("SELECT min(qty_on_hand) >= 0 FROM counted"), 1);
  expect_shares(
      "SELECT level - 5, count(*) FROM (SELECT DISTINCT store_id, product_id, level FROM counted) GROUP BY 1",
      std::vector<double>(45, 1.0 / 45.0));
  // No week sells more than there was.
  EXPECT_EQ(
      count("(SELECT store_id, product_id, sum(qty) AS sold FROM a_sales GROUP BY store_id, product_id, "
            "date_trunc('week', date)) JOIN (SELECT DISTINCT store_id, product_id, level FROM counted) "
            "USING (store_id, product_id) WHERE sold > level"),
      0);
}

TEST_F(RetailerStatistics, OpensStoresBeforeTheySell) {
  EXPECT_EQ(count("a_sales JOIN a_management USING (store_id) WHERE date < opening_date"), 0);
  EXPECT_EQ(count("a_inventory JOIN a_management USING (store_id) WHERE snapshot_date < opening_date"), 0);
  EXPECT_EQ(count("a_management WHERE opening_date IS NULL OR opening_date >= '2024-12-31'"), 0);
  EXPECT_EQ(count("a_management WHERE opening_date < '2022-01-01'"), 0);
  // Age is span x (1 - u^3) with u uniform, so the tenths of u = (1 - age / span)^(1/3) are equally many.
  expect_shares(
      "SELECT least(9, CAST(floor(10 * power(greatest(0, 1 - (DATE '2024-12-31' - opening_date - 1) / "
      "1094.0), "
      "1.0 / 3.0)) AS INT)), count(*) FROM a_management GROUP BY 1",
      std::vector<double>(10, 0.1));
}

TEST_F(RetailerTest, ClosedStoresStopSelling) {
  make("a", {.n_stores = 400, .n_years = 2, .closed_share = 0.2});
  const double closed = number("SELECT count(closing_date) FROM a_management");
  // A store that opened too late to close stays open: some less than a fifth.
  EXPECT_GT(closed, 40.0);
  EXPECT_LT(closed, 0.2 * 400 + kErrors * std::sqrt(400 * 0.2 * 0.8));
  EXPECT_EQ(count("a_sales JOIN a_management USING (store_id) WHERE date > closing_date"), 0);
  EXPECT_EQ(count("a_inventory JOIN a_management USING (store_id) WHERE snapshot_date > closing_date"), 0);
  EXPECT_EQ(count("a_management WHERE closing_date < opening_date + 180"), 0);
  // They did sell until then.
  EXPECT_EQ(
      count("(SELECT store_id FROM a_sales JOIN a_management USING (store_id) WHERE closing_date IS NOT "
            "NULL GROUP BY store_id HAVING max(date) < any_value(closing_date) - 21)"),
      0);
}

TEST_F(RetailerTest, PricesProductsUniformly) {
  make("a", {.n_stores = 1, .n_products = 6'000, .n_years = 1});
  const double n = 6'000.0;
  EXPECT_NEAR(number("SELECT avg(base_price) FROM a_product"), 115.0, kErrors * 49.1 / std::sqrt(n));
  EXPECT_NEAR(number("SELECT avg(cost / base_price) FROM a_product"), 0.4, kErrors * 0.1155 / std::sqrt(n));
  EXPECT_EQ(
      count("a_product WHERE base_price < 30 OR base_price > 200 OR cost < 0.1999 * base_price OR cost > "
            "0.6001 * base_price"),
      0);
  EXPECT_EQ(count("(SELECT DISTINCT product_id FROM a_product)"), 6'000);
  EXPECT_EQ(count("(SELECT DISTINCT name FROM a_product)"), 6'000);
  EXPECT_LT(number("SELECT sum(power(n - 1200, 2) / 1200) FROM (SELECT count(*) AS n FROM a_product GROUP BY "
                   "category)"),
            chi_square_limit(5));
}

}  // namespace
}  // namespace aisle
