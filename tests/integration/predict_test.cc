// `aisle predict`: the clusters of stores that come after a training.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "aisle/engine/engine.h"
#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;

class Predict : public RetailerProject {
 protected:
  Predict() : RetailerProject("predict") {
    // Two stores that the others are far from: outliers.
    for (const int store : {3, 10}) {
      retailer_.at("dim_store_physical", store, "size_m2") = store == 3 ? "9000" : "4";
      retailer_.at("dim_store_management", store, "regional") = "East";
    }
  }

  fs::path out(const std::string& name) const { return project_ / name; }
  std::string features() const { return out("data/processed/store_features.parquet").string(); }
  ProgramResult predict(const std::string& name, std::vector<std::string> more) {
    more.insert(more.begin(), {"predict", "--out", out(name).string()});
    return run(more);
  }
  std::int64_t number(const std::string& sql) const {
    return open_duckdb({})->query("SELECT (" + sql + ") AS n").column("n").ints.at(0);
  }
  std::string parquet(const fs::path& file) const {
    return "read_parquet(" + sql_literal(file.string()) + ")";
  }
  std::string csv(const std::string& name) const {
    return "read_csv(" + sql_literal(out(name).string()) + ")";
  }
  // Stores to which the file gives another cluster, flag, probability or share of votes than the training
  // did.
  std::int64_t n_different(const std::string& relation) const {
    return number(
        "SELECT count(*) FROM " + relation + " AS p FULL JOIN " +
        parquet(out("data/artifacts/final_clustered_stores.parquet")) +
        " AS t ON p.store_id = t.store_id WHERE (p.cluster, p.cluster_final, p.is_inferred, p.probability, "
        "p.inferred_share, p.outlier_score) IS DISTINCT FROM (t.cluster, t.cluster_final, t.is_inferred, "
        "t.probability, t.inferred_share, t.outlier_score)");
  }
  // Writes the features as CSV with some expressions for columns.
  void write_features(const std::string& name, const std::string& columns) const {
    open_duckdb({})->execute("COPY (SELECT " + columns + " FROM " + parquet(features()) + ") TO " +
                             sql_literal(out(name).string()) + " (FORMAT csv, HEADER)");
  }
};

TEST_F(Predict, GivesTheTrainingsStoresWhatTheTrainingGaveThem) {
  run_well();
  ASSERT_GT(number("SELECT count(*) FROM " + parquet(out("data/artifacts/final_clustered_stores.parquet")) +
                   " WHERE is_inferred"),
            0);
  write_features("features.csv", "*");
  ASSERT_EQ(predict("a.parquet", {"--features", features()}).exit_code, 0);
  ASSERT_EQ(predict("b.parquet", {"--features", out("features.csv").string()}).exit_code, 0);
  const ProgramResult raw = predict("c.parquet", {"--raw", out("data/raw").string()});
  ASSERT_EQ(raw.exit_code, 0) << raw.err;
  EXPECT_EQ(n_different(parquet(out("a.parquet"))), 0);
  EXPECT_TRUE(read_text(out("a.parquet")) == read_text(out("b.parquet")));
  EXPECT_TRUE(read_text(out("a.parquet")) == read_text(out("c.parquet")));
  EXPECT_EQ(number("SELECT count(*) FROM " + parquet(out("a.parquet")) + " WHERE is_outlier"),
            number("SELECT count(*) FROM " + parquet(out("a.parquet")) + " WHERE is_inferred"));
  EXPECT_EQ(
      number("SELECT count(*) FROM " + parquet(out("a.parquet")) + " WHERE next_cluster = cluster_final"), 0);
}

TEST_F(Predict, ClustersGoByTheIdsOfTheModel) {
  run_well();
  const fs::path file = out("data/artifacts/model/model.json");
  auto model = nlohmann::ordered_json::parse(read_text(file));
  std::vector<std::int64_t> ids;
  for (std::size_t at = 0; at < model.at("cluster_ids").size(); ++at)
    ids.push_back(30 - static_cast<std::int64_t>(at));
  model["cluster_ids"] = ids;
  write_text(file, model.dump());
  ASSERT_EQ(predict("a.parquet", {"--features", features()}).exit_code, 0);
  EXPECT_EQ(number("SELECT count(*) FROM " + parquet(out("a.parquet")) + " AS p JOIN " +
                   parquet(out("data/artifacts/final_clustered_stores.parquet")) +
                   " AS t ON p.store_id = t.store_id WHERE p.cluster_final = 30 - t.cluster_final AND "
                   "(p.next_cluster IS NULL OR p.next_cluster > 20)"),
            16);
}

TEST_F(Predict, TheTradingModelAndItsMixToo) {
  // One store has too short a history for the fit.
  auto& sales = retailer_.tables["fact_sales"];
  std::erase_if(sales, [](const auto& row) { return row[1] == "S006" && row[0] < "2024-02-15"; });
  for (int row = 0; row < 40; ++row) retailer_.at("fact_sales", row, "qty") = "-2";
  retailer_.write(project_.path());
  const auto trained =
      run({"run", "--quiet", "--set", "model.preset=trading", "--set", "features.min_weeks=4", "--set",
           "features.returns=drop", "--set", "features.until=2024-02-26"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  // aisle.toml has none of these options: the training's window of sales and stock, returns and least history
  // hold.
  const ProgramResult raw = predict("c.csv", {"--raw", out("data/raw").string()});
  ASSERT_EQ(raw.exit_code, 0) << raw.err;
  EXPECT_EQ(n_different(csv("c.csv")), 0);
  EXPECT_NE(raw.out.find("1 have too short a history; the forest alone places them"), std::string::npos)
      << raw.out;
}

TEST_F(Predict, AFewStoresOfARawFolderGetTheTrainingsWindowAndCategories) {
  retailer_.write(project_.path());
  ASSERT_EQ(run({"run", "--quiet", "--set", "model.preset=trading"}).exit_code, 0);
  // One store alone, without a sale in the first weeks and of one category.
  SmallRetailer few = retailer_;
  for (auto& [table, rows] : few.tables) {
    if (table == "dim_product") continue;
    const auto id = std::find(rows[0].begin(), rows[0].end(), "store_id") - rows[0].begin();
    std::erase_if(rows, [&](const auto& row) { return row[id] != "S005" && row[id] != "store_id"; });
  }
  auto& sales = few.tables["fact_sales"];
  std::erase_if(
      sales, [](const auto& row) { return row[0] != "date" && (row[0] < "2024-01-20" || row[2] != "P00"); });
  few.write(out("few"));
  fs::remove(out("few/aisle.toml"));
  const ProgramResult result = predict("few.csv", {"--raw", out("few/data/raw").string()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(
      number("SELECT count(*) FROM " + csv("few.csv") + " WHERE store_id = 'S005' AND cluster_final >= 0"),
      1);
  EXPECT_FALSE(fs::exists(out(".aisle/new_stores")));
}

TEST_F(Predict, WhatTheFitDidNotKnowIsFilledAndSaid) {
  run_well();
  write_features(
      "new.csv",
      "* REPLACE (CASE store_id WHEN 'S001' THEN 'West' ELSE regional END AS regional, CASE store_id WHEN "
      "'S002' THEN NULL ELSE avg_ticket_item END AS avg_ticket_item)");
  const ProgramResult result = predict("new.out.csv", {"--features", out("new.csv").string()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("regional 'West' was not seen in the fit; its store stands at the average level"),
            std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("1 store has no avg_ticket_item; "), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("the median of the fit, stands in"), std::string::npos) << result.err;
}

TEST_F(Predict, TheSameBytesForAnyOrderAndThreads) {
  run_well();
  open_duckdb({})->execute("COPY (SELECT * FROM " + parquet(features()) + " ORDER BY hash(store_id)) TO " +
                           sql_literal(out("mixed.csv").string()) + " (FORMAT csv, HEADER)");
  for (const char* ending : {".csv", ".parquet"}) {
    const std::string one = std::string("one") + ending;
    const std::string two = std::string("two") + ending;
    ASSERT_EQ(predict(one, {"--features", features(), "--threads", "1"}).exit_code, 0);
    ASSERT_EQ(predict(two, {"--features", out("mixed.csv").string(), "--threads", "2"}).exit_code, 0);
    EXPECT_TRUE(read_text(out(one)) == read_text(out(two))) << ending;
  }
}

TEST_F(Predict, WhatCannotBePredictedIsSaid) {
  const std::string file = out("p.csv").string();
  const auto refused = [&](int exit_code, const std::string& message, std::vector<std::string> more) {
    more.insert(more.begin(), {"predict", "--out", file});
    expect_refused(exit_code, message, more);
  };
  retailer_.write(project_.path());
  const std::string model = out("data/artifacts/model").string();
  refused(3, model + ": holds no model; expected a model package with its model.json; run `aisle train`",
          {"--features", features()});
  run_well();
  const std::string one_of = "; expected one of them: a file of store features, or a folder of raw tables";
  refused(2, "predict: neither --features nor --raw says which stores" + one_of, {});
  refused(2, "predict: both --features and --raw are given" + one_of, {"--features", "a.csv", "--raw", "b"});
  refused(2, "predict --format: 'xlsx' is no format of predict; expected csv or parquet",
          {"--features", features(), "--format", "xlsx"});
  refused(4, "nothing.csv: is not there; expected a CSV or Parquet file of store features",
          {"--features", "nothing.csv"});
  refused(3,
          "nothing: is no folder; expected a folder with the tables of the data contract; for a file of "
          "features, say --features",
          {"--raw", "nothing"});
  const std::string given = out("given.csv").string();
  const auto given_refused = [&](const std::string& message) {
    refused(3, given + ": " + message, {"--features", given});
  };
  write_features("given.csv", "* EXCLUDE (placement)");
  given_refused("there is no column placement; expected every column that the model reads");
  write_features("given.csv", "* EXCLUDE (total_revenue)");
  given_refused("there is no column total_revenue; expected every column that the model reads");
  write_features("given.csv", "* REPLACE (CASE store_id WHEN 'S004' THEN 'much' END AS total_revenue)");
  given_refused("store S004 has the total_revenue 'much'; expected a finite number, or nothing");
  write_features("given.csv", "* REPLACE (CASE store_id WHEN 'S004' THEN 'inf' END AS total_revenue)");
  given_refused("store S004 has the total_revenue 'inf'; expected a finite number, or nothing");
  write_features("given.csv", "* REPLACE ('S1' AS store_id)");
  given_refused("store S1 is there 16 times; expected one row a store");
  write_features("given.csv", "* REPLACE (nullif(store_id, 'S004') AS store_id)");
  given_refused("1 row has no store_id; expected a store in each row");
  EXPECT_FALSE(fs::exists(file));
}

}  // namespace
}  // namespace aisle::testing
