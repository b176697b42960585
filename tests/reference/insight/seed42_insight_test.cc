// The figures of the documents on the 100 reference stores, in the reference's clusters and matrix, against
// those that pandas and scipy gave (insight_figures.py --expected).
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "aisle/insight/change.h"
#include "aisle/insight/drivers.h"
#include "aisle/insight/prize.h"
#include "aisle/insight/profiles.h"
#include "aisle/segment/store_table.h"
#include "tests/reference/cluster/seed42.h"
#include "tests/unit/insight/insight_project.h"

namespace aisle {
namespace {

using Json = nlohmann::json;

class Seed42Insight : public ::testing::Test {
 protected:
  Seed42Insight() {
    const auto engine = open_duckdb({.n_threads = 1});
    data_.stores = canonical_stores(read_parquet(*engine, seed42::path_of("store_features.parquet")),
                                    parse_date("2024-12-31", "as_of"));
    expected_ = Json::parse(bytes_of(seed42::path_of("insight_expected.json")));
    const auto labels = seed42::read_csv("labels.csv");
    const auto csv = seed42::read_csv("X_final.csv");
    const Matrix reference = seed42::matrix_of(csv);
    std::map<std::string, std::size_t> row_of;
    for (std::size_t row = 0; row < labels.n_rows(); ++row) row_of[labels.columns.at("store_id")[row]] = row;
    const auto finals = labels.ints("cluster_final");
    data_.model.matrix = Matrix(100, reference.n_cols());
    data_.model.metric = Metric::kManhattan;
    data_.clusters.ids.resize(expected_["n_clusters"]);
    std::iota(data_.clusters.ids.begin(), data_.clusters.ids.end(), std::int64_t{0});
    for (std::size_t row = 0; row < 100; ++row) {
      const std::size_t source = row_of.at(data_.stores.column("store_id").texts[row]);
      data_.clusters.final_cluster.push_back(finals[source]);
      data_.clusters.fitted.push_back(row);
      for (std::size_t col = 0; col < reference.n_cols(); ++col) {
        data_.model.matrix(row, col) = reference(source, col);
      }
    }
    data_.clusters.found = data_.clusters.final_cluster;
    data_.clusters.in_fit.assign(100, 1);
    data_.clusters.inferred.assign(100, 0);
  }

  static void expect_near(const std::vector<double>& ours, const Json& theirs, const std::string& what) {
    ASSERT_EQ(ours.size(), theirs.size()) << what;
    for (std::size_t at = 0; at < ours.size(); ++at) {
      if (theirs[at].is_null()) continue;
      const double value = theirs[at];
      EXPECT_NEAR(ours[at], value, 1e-9 * std::max(1.0, std::abs(value))) << what << " " << at;
    }
  }

  InsightData data_;
  Json expected_;
};

TEST_F(Seed42Insight, ProfilesAreThoseOfPandasAndScipy) {
  const Profiles profiles = profile_clusters(data_, store_space(data_));
  std::size_t n_found = 0;
  for (const NumberProfile& profile : profiles.numbers) {
    if (!expected_["numbers"].contains(profile.column)) continue;
    ++n_found;
    const Json& theirs = expected_["numbers"][profile.column];
    const std::vector<std::pair<const char*, double Distribution::*>> members = {
        {"mean", &Distribution::mean},     {"min", &Distribution::min}, {"q1", &Distribution::q1},
        {"median", &Distribution::median}, {"q3", &Distribution::q3},   {"max", &Distribution::max}};
    for (const auto& [key, member] : members) {
      std::vector<double> ours;
      for (const Distribution& cluster : profile.clusters) ours.push_back(cluster.*member);
      expect_near(ours, theirs[key], profile.column + " " + key);
    }
    expect_near(profile.effect, theirs["effect"], profile.column + " effect");
    expect_near(profile.v_test, theirs["v_test"], profile.column + " v_test");
    EXPECT_NEAR(profile.chain.deviation / theirs["chain"]["deviation"].get<double>(), 1, 1e-12);
  }
  EXPECT_EQ(n_found, 5U);
  n_found = 0;
  for (const CategoryProfile& profile : profiles.categories) {
    if (!expected_["categories"].contains(profile.column)) continue;
    for (const LevelProfile& level : profile.levels) {
      ++n_found;
      const Json& theirs = expected_["categories"][profile.column][level.level];
      expect_near(level.share, theirs["share"], level.level + " share");
      expect_near(level.effect, theirs["effect"], level.level + " effect");
      expect_near(level.v_test, theirs["v_test"], level.level + " v_test");
    }
  }
  EXPECT_EQ(n_found,
            expected_["categories"]["regional"].size() + expected_["categories"]["placement"].size());
  EXPECT_EQ(Json(profiles.nearest), expected_["nearest"]);
  expect_near(profiles.nearest_distance, expected_["nearest_distance"], "nearest distance");
}

TEST_F(Seed42Insight, PrizeAndChangeAreThoseOfPandasAndScipy) {
  const Prize prize = size_the_prize(data_);
  const Json& theirs = expected_["prize"];
  expect_near(prize.median.rate, theirs["median"], "median");
  expect_near(prize.median.cluster_amount, theirs["to_median"], "to median");
  expect_near(prize.upper_quartile.rate, theirs["upper_quartile"], "upper quartile");
  expect_near(prize.upper_quartile.cluster_amount, theirs["to_upper_quartile"], "to upper quartile");
  EXPECT_EQ(Json(prize.median.n_below), theirs["n_below_median"]);
  EXPECT_EQ(Json(prize.upper_quartile.n_below), theirs["n_below_upper_quartile"]);
  const Change change = compare_with_today(data_);
  EXPECT_EQ(change.n_stay, expected_["change"]["n_stay"]);
  EXPECT_EQ(change.n_stay + change.n_move, expected_["change"]["n_stores"]);
  EXPECT_NEAR(change.adjusted_rand_index, expected_["change"]["adjusted_rand_index"].get<double>(), 1e-12);
}

TEST(Seed42Drivers, SharesAreThoseOfTheReferencesMatrix) {
  const auto engine = open_duckdb({.n_threads = 1});
  const InsightProject project(read_parquet(*engine, seed42::path_of("store_features.parquet")));
  const Json expected = Json::parse(bytes_of(seed42::path_of("insight_expected.json")))["driver_shares"];
  const Drivers drivers = find_drivers(project.data);
  std::size_t n_found = 0;
  for (const Driver& driver : drivers.groups) {
    if (!expected.contains(driver.entry)) continue;
    ++n_found;
    EXPECT_NEAR(driver.share, expected[driver.entry].get<double>(), 1e-8) << driver.entry;
  }
  EXPECT_EQ(n_found, 5U);
}

}  // namespace
}  // namespace aisle
