// Two kept results that a reader can match by eye: fates, moves, stores of one run, ids with holes.
#include "aisle/insight/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "aisle/insight/comparison_table.h"
#include "aisle/insight/terminal_text.h"

namespace aisle {
namespace {

using nlohmann::json;

struct Row {
  std::string store;
  std::int64_t cluster;
  double revenue;
};

KeptResult result(const std::string& run, std::vector<std::int64_t> ids, const std::vector<Row>& rows) {
  KeptResult kept;
  kept.run = run;
  std::vector<std::string> stores;
  std::vector<std::int64_t> clusters;
  std::vector<double> revenue;
  for (const Row& row : rows) {
    stores.push_back(row.store);
    clusters.push_back(row.cluster);
    revenue.push_back(row.revenue);
  }
  kept.stores.add(text_column("store_id", stores));
  kept.stores.add(int_column("cluster_final", clusters));
  kept.stores.add(double_column("total_revenue", revenue));
  kept.metrics.cluster_ids = std::move(ids);
  kept.metrics.n_clusters = static_cast<std::int64_t>(kept.metrics.cluster_ids.size());
  kept.metrics.n_stores = static_cast<std::int64_t>(rows.size());
  kept.metrics.dbcv_score = 0.25;
  kept.mean_jaccard = std::numeric_limits<double>::quiet_NaN();
  return kept;
}

// `n` stores "PREFIX0", "PREFIX1", .. in one cluster.
void add(std::vector<Row>& rows, const std::string& prefix, int n, std::int64_t cluster, double revenue) {
  for (int store = 0; store < n; ++store) rows.push_back({prefix + std::to_string(store), cluster, revenue});
}

// A's 4 survives as B's 9 and loses a store; 2 splits into 5 and 3; 7 and 8 merge into 1; 6 is new. The
// metrics' order of the clusters is not that of their ids.
KeptResult before() {
  std::vector<Row> rows;
  add(rows, "four", 10, 4, 10);
  add(rows, "two", 9, 2, 5);
  add(rows, "seven", 6, 7, 1);
  add(rows, "eight", 4, 8, 1);
  rows.push_back({"gone", 4, 100});
  rows.push_back({"lost", -1, 2});
  rows.push_back({"never", -1, 3});
  return result("run-a", {4, 2, 7, 8}, rows);
}

KeptResult after() {
  std::vector<Row> rows;
  add(rows, "four", 9, 9, 20);
  rows.push_back({"four9", 5, 20});
  add(rows, "two", 4, 5, 5);
  for (int store = 4; store < 8; ++store) rows.push_back({"two" + std::to_string(store), 3, 5});
  rows.push_back({"two8", 9, 5});
  add(rows, "seven", 6, 1, 1);
  add(rows, "eight", 4, 1, 1);
  add(rows, "fresh", 3, 6, 50);
  rows.push_back({"lost", 9, 2});
  rows.push_back({"never", -1, 3});
  return result("run-b", {9, 1, 5, 3, 6}, rows);
}

TEST(Comparison, TellsWhatBecameOfEachCluster) {
  const Comparison comparison = compare_results(before(), after());
  const auto fate = [&](std::size_t at) { return comparison.a.clusters.at(at); };
  EXPECT_EQ(fate(0).id, 2);
  EXPECT_EQ(fate(0).kind, TransitionKind::kSplit);
  EXPECT_EQ(fate(0).related, (std::vector<std::int64_t>{3, 5}));
  EXPECT_EQ(fate(1).id, 4);
  EXPECT_EQ(fate(1).kind, TransitionKind::kSurvived);
  EXPECT_EQ(fate(1).same, 9);
  EXPECT_EQ(fate(1).n_stores, 11) << "the one that is gone belongs to the run";
  EXPECT_EQ(fate(1).revenue, 200);
  EXPECT_EQ(fate(2).id, 7);
  EXPECT_EQ(fate(2).kind, TransitionKind::kMerged);
  EXPECT_EQ(fate(2).same, 1) << "the larger part continues";
  EXPECT_EQ(fate(3).kind, TransitionKind::kMerged);
  EXPECT_EQ(fate(3).same, -1);
  EXPECT_EQ(fate(3).related, std::vector<std::int64_t>{1});
  const auto origin = [&](std::int64_t id) {
    for (const ComparedCluster& cluster : comparison.b.clusters) {
      if (cluster.id == id) return cluster;
    }
    throw std::runtime_error("no such cluster");
  };
  EXPECT_EQ(origin(6).kind, TransitionKind::kNew);
  EXPECT_EQ(origin(9).same, 4);
  EXPECT_EQ(origin(1).kind, TransitionKind::kMerged);
  EXPECT_EQ(origin(1).related, (std::vector<std::int64_t>{7, 8}));
}

TEST(Comparison, CountsWhoMovesAndTheirRevenue) {
  const Comparison comparison = compare_results(before(), after());
  // Nine of `four`, one part of `two` and `seven` stay; that part is the one whose cluster continues 2.
  EXPECT_EQ(comparison.n_stay, 9 + 4 + 6);
  EXPECT_EQ(comparison.n_move, 1 + 5 + 4 + 1);
  EXPECT_EQ(comparison.n_unplaced, 1);
  EXPECT_EQ(comparison.n_shared(), 31);
  EXPECT_EQ(comparison.revenue_stay, 9 * 20 + 4 * 5 + 6);
  EXPECT_EQ(comparison.revenue_move, 20 + 5 * 5 + 4 + 2);
  ASSERT_EQ(comparison.moved.size(), 11u);
  EXPECT_TRUE(std::is_sorted(comparison.moved.begin(), comparison.moved.end(),
                             [](const auto& a, const auto& b) { return a.store_id < b.store_id; }));
  const auto lost = std::find_if(comparison.moved.begin(), comparison.moved.end(),
                                 [](const auto& store) { return store.store_id == "lost"; });
  ASSERT_NE(lost, comparison.moved.end()) << "into a cluster is a move too";
  EXPECT_EQ(lost->from, -1);
  EXPECT_EQ(lost->to, 9);
  ASSERT_EQ(comparison.only_a.size(), 1u);
  EXPECT_EQ(comparison.only_a[0].store_id, "gone");
  EXPECT_EQ(comparison.only_a[0].revenue, 100);
  ASSERT_EQ(comparison.only_b.size(), 3u);
  EXPECT_EQ(comparison.only_b[0].cluster, 6);
  // Rows 2, 4, 7, 8, none; columns 1, 3, 5, 6, 9, none.
  EXPECT_EQ(comparison.stores, (std::vector<std::vector<std::int64_t>>{{0, 4, 4, 0, 1, 0},
                                                                       {0, 0, 1, 0, 9, 0},
                                                                       {6, 0, 0, 0, 0, 0},
                                                                       {4, 0, 0, 0, 0, 0},
                                                                       {0, 0, 0, 0, 1, 1}}));
  EXPECT_EQ(comparison.revenue[1][4], 180);
}

TEST(Comparison, IsTheSameForAnyOrderOfRows) {
  KeptResult a = before();
  KeptResult b = after();
  const std::string text = comparison_json(compare_results(a, b));
  for (KeptResult* kept : {&a, &b}) {
    std::vector<std::size_t> rows(kept->stores.n_rows());
    for (std::size_t at = 0; at < rows.size(); ++at) rows[at] = rows.size() - 1 - at;
    kept->stores = kept->stores.take(rows);
  }
  EXPECT_EQ(comparison_json(compare_results(a, b)), text);
}

TEST(Comparison, WithoutRevenueMoneyIsNull) {
  KeptResult b = after();
  b.stores = Table();
  const KeptResult whole = after();
  b.stores.add(whole.stores.column("store_id"));
  b.stores.add(whole.stores.column("cluster_final"));
  const json document = json::parse(comparison_json(compare_results(before(), b)));
  EXPECT_TRUE(document["revenue_move"].is_null());
  EXPECT_TRUE(document["b"]["revenue"].is_null());
  EXPECT_TRUE(document["b_clusters"][0]["revenue"].is_null());
  EXPECT_EQ(document["n_move"], 11);
}

TEST(Comparison, RunsWithoutACommonStoreOrACluster) {
  const KeptResult none = result("run-c", {}, {{"four0", -1, 1}, {"other", -1, 1}});
  const Comparison to_none = compare_results(before(), none);
  EXPECT_EQ(to_none.n_move, 1);
  EXPECT_TRUE(std::isnan(to_none.adjusted_rand_index));
  for (const ComparedCluster& cluster : to_none.a.clusters) {
    EXPECT_EQ(cluster.kind, TransitionKind::kVanished);
  }
  EXPECT_NE(render_comparison(to_none, 100).find("vanished"), std::string::npos);
  const KeptResult strangers = result("run-d", {0}, {{"x", 0, 1}, {"y", 0, 1}});
  EXPECT_EQ(comparison_sentence(compare_results(before(), strangers)),
            "The two runs have no store in common.");
}

TEST(Comparison, OptionsThatDifferAreListed) {
  KeptResult a = before();
  KeptResult b = after();
  a.options = {{"hdbscan.min_samples", "1"}, {"old.option", "true"}, {"famd.n_components", "5"}};
  b.options = {{"hdbscan.min_samples", "3"}, {"famd.n_components", "5"}, {"project.currency", "\"BRL\""}};
  const json document = json::parse(comparison_json(compare_results(a, b)));
  EXPECT_EQ(document["options"], json::parse(R"([
      {"option": "hdbscan.min_samples", "a": "1", "b": "3"},
      {"option": "old.option", "a": "true", "b": null},
      {"option": "project.currency", "a": null, "b": "\"BRL\""}])"));
  EXPECT_EQ(document["currency"], "BRL");
}

TEST(ComparisonTable, KeepsToTheWidthAndNamesWhatMatters) {
  Comparison comparison = compare_results(before(), after());
  for (const int width : {60, 100}) {
    const std::string text = render_comparison(comparison, width);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(text_width(line), static_cast<std::size_t>(std::max(width, 60))) << line;
    }
    EXPECT_EQ(text.find(" \n"), std::string::npos) << text;
  }
  const std::string text = render_comparison(comparison, 100);
  for (const char* words : {"A  run-a, 32 stores, 4 clusters", "1 store only in A: gone",
                            "3 stores only in B: fresh0, fresh1, fresh2", "survived as B9",
                            "split into B3 and B5", "merged into B1", "9 in B9, 1 in B5",
                            "B6: 3 stores, 36.6 % of the revenue, new", "four9   from A4 to B5  20.0"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << "\nin\n" << text;
  }
}

TEST(ComparisonTable, LettersThatBreakATableAreTakenOut) {
  KeptResult b = after();
  for (Column& column : b.stores.columns()) {
    if (column.name == "store_id") column.texts.back() = "bad\nid\x1b[31m";
  }
  const std::string text = render_comparison(compare_results(before(), b), 100);
  EXPECT_NE(text.find("bad id [31m"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace aisle
