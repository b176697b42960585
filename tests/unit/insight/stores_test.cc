#include "aisle/insight/stores.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/insight/drivers.h"
#include "aisle/insight/feature_parts.h"
#include "aisle/insight/profiles.h"
#include "aisle/insight/store_map.h"
#include "aisle/insight/write_insight.h"
#include "tests/unit/insight/insight_project.h"

namespace aisle {
namespace {

// Some stores too young for the fit, one without a region and a size.
Table mixed_stores(std::size_t n_stores) {
  Table stores = synthetic_stores(n_stores);
  std::vector<std::uint8_t> eligible(n_stores, 1);
  for (std::size_t row = 0; row < n_stores; row += 10) eligible[row] = 0;
  Column reason = text_column("fit_reason", std::vector<std::string>(n_stores, "too short"));
  reason.is_null = eligible;
  stores.add(bool_column("fit_eligible", eligible));
  stores.add(reason);
  stores.columns()[2].is_null.assign(n_stores, 0);
  stores.columns()[2].is_null[3] = 1;
  return stores;
}

TEST(FeatureParts, AddUpToTheModelsMatrix) {
  for (const char* preset : {"original", "trading"}) {
    const InsightProject project(mixed_stores(80), preset);
    const StoreSpace space = store_space(project.data);
    const FeatureParts parts = feature_parts(project.data, space);
    ASSERT_EQ(space.rows.size(), 80U);
    for (std::size_t point = 0; point < space.rows.size(); ++point) {
      for (std::size_t col = 0; col < space.points.n_cols(); ++col) {
        double sum = 0;
        for (const NumberPart& part : parts.numbers) sum += part.scores[point] * part.direction[col];
        for (const LevelPart& part : parts.levels) {
          if (part.codes[point] >= 0) sum += part.added(static_cast<std::size_t>(part.codes[point]), col);
        }
        EXPECT_NEAR(sum, space.points(point, col), 1e-9) << preset << " " << point << " " << col;
      }
    }
  }
}

TEST(StoreSpace, CentresAreMeansAndNearestIsTheOthers) {
  const InsightProject project(synthetic_stores(80));
  const StoreSpace space = store_space(project.data);
  ASSERT_GE(space.centres.n_rows(), 2U);
  for (std::size_t cluster = 0; cluster < space.nearest.size(); ++cluster) {
    ASSERT_GE(space.nearest[cluster], 0);
    EXPECT_NE(space.nearest[cluster], static_cast<std::int32_t>(cluster));
    for (std::size_t other = 0; other < space.nearest.size(); ++other) {
      if (other == cluster) continue;
      EXPECT_LE(space.nearest_distance[cluster],
                distance_between(space.centres.row(cluster), space.centres.row(other), space.metric));
    }
  }
}

// Whoever takes the advice: with the one feature at the value that `move` names, the store lies exactly
// between the two centres.
TEST(Stores, MovingOneFeatureAsToldBringsTheStoreToTheBorder) {
  const InsightProject project(synthetic_stores(120));
  const StoreSpace space = store_space(project.data);
  const StoreExplanations told = explain_stores(project.data, space);
  int n_checked = 0;
  for (std::size_t point = 0; point < space.rows.size(); ++point) {
    for (const Move& move : told.pulls[point].moves) {
      Table changed = project.data.stores.take({space.rows[point]});
      for (Column& column : changed.columns()) {
        if (column.name == move.column) column.doubles[0] = move.value;
      }
      std::vector<std::string> notes;
      const Matrix place = project_design(project.data.model.design, changed, notes);
      const auto own = static_cast<std::size_t>(project.data.clusters.final_cluster[space.rows[point]]);
      const auto next = static_cast<std::size_t>(told.next_best.cluster[point]);
      const double to_own = squared_euclidean(place.row(0), space.centres.row(own));
      const double to_next = squared_euclidean(place.row(0), space.centres.row(next));
      EXPECT_NEAR(to_own, to_next, 1e-6 * to_own) << move.column;
      ++n_checked;
    }
  }
  EXPECT_GT(n_checked, 0);
}

TEST(Stores, WhyIsSharedOutAmongWhatPullsTheSameWay) {
  const InsightProject project(mixed_stores(120));
  const StoreSpace space = store_space(project.data);
  const StoreExplanations told = explain_stores(project.data, space);
  for (std::size_t point = 0; point < space.rows.size(); ++point) {
    const auto own = project.data.clusters.final_cluster[space.rows[point]];
    EXPECT_GE(told.next_best.cluster[point], 0);
    EXPECT_NE(told.next_best.cluster[point], own);
    double sum = 0;
    for (const Pull& pull : told.pulls[point].to_own) {
      EXPECT_GT(pull.share, 0);
      sum += pull.share;
    }
    EXPECT_LE(sum, 1 + 1e-12);
    EXPECT_LE(told.pulls[point].to_own.size(), 3U);
    EXPECT_LE(std::abs(told.margin[point]), 1);
    EXPECT_EQ(told.alike[point].size(), 5U);
    EXPECT_EQ(std::count(told.alike[point].begin(), told.alike[point].end(), space.rows[point]), 0);
  }
}

TEST(Stores, TheDocumentIsParallelAndFlagsNameRows) {
  const InsightProject project(mixed_stores(60));
  const StoreSpace space = store_space(project.data);
  const auto document = parsed(stores_json(project.data, space, explain_stores(project.data, space)));
  for (const char* key :
       {"store_id", "name", "revenue", "cluster", "final_cluster", "in_fit", "inferred", "sure",
        "outlier_score", "next_best", "next_sure", "margin", "why", "why_not", "move", "alike"}) {
    EXPECT_EQ(document[key].size(), 60U) << key;
  }
  ASSERT_EQ(document["features"].size(), document["values"].size());
  for (const auto& values : document["values"]) EXPECT_EQ(values.size(), 60U);
  EXPECT_EQ(document["flags"]["too short"].size(), 6U);
  for (const auto& row : document["flags"]["too short"]) EXPECT_EQ(document["in_fit"][row.get<int>()], 0);
}

TEST(Profiles, TypicalStoresAreNearestToTheirCentreAndNearestIsAnswered) {
  const InsightProject project(synthetic_stores(120));
  const StoreSpace space = store_space(project.data);
  const Profiles profiles = profile_clusters(project.data, space);
  for (std::size_t cluster = 0; cluster < profiles.typical.size(); ++cluster) {
    ASSERT_FALSE(profiles.typical[cluster].empty());
    EXPECT_LE(profiles.typical[cluster].front().distance, profiles.atypical[cluster].front().distance);
    EXPECT_FALSE(profiles.against_nearest[cluster].empty());
    for (const Trait& trait : profiles.against_nearest[cluster]) {
      EXPECT_EQ(trait.effect > 0, trait.value > trait.chain) << trait.column;
    }
  }
}

// One store, two, three, none alike, one cluster: every document is there and whole.
TEST(InsightEdges, FewStoresNoClusterAndOneCluster) {
  const std::vector<std::pair<std::size_t, std::vector<std::string>>> cases = {
      {1, {}},
      {2, {}},
      {3, {}},
      {9, {"hdbscan.min_cluster_size=20"}},
      {30, {"hdbscan.allow_single_cluster=true", "hdbscan.min_cluster_size=25"}}};
  for (const auto& [n_stores, overrides] : cases) {
    InsightProject project(synthetic_stores(n_stores, 1), "original", overrides);
    write_insight(project.engine(), project.options, project.paths(), [](const std::string&) {});
    write_store_map(project.engine(), project.options, project.paths());
    for (std::string name : insight_documents()) {
      const auto document = parsed(bytes_of(project.paths().insight / name));
      EXPECT_EQ(document["fit"], project.data.metrics.fit) << name;
    }
    const auto stores = parsed(bytes_of(project.paths().insight / "stores.json"));
    EXPECT_EQ(stores["store_id"].size(), n_stores);
    EXPECT_TRUE(stores["next_best"][0].is_null() || project.data.n_clusters() > 1);
    EXPECT_EQ(parsed(bytes_of(project.paths().insight / "map.json"))["tsne"]["x"].size(), n_stores);
  }
}

TEST(InsightBytes, AreTheSameForAnyOrderOfRowsAndNumberOfThreads) {
  const Table stores = mixed_stores(90);
  std::vector<std::size_t> order(90);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::reverse(order.begin(), order.end());
  const auto documents_of = [](const Table& features, int n_threads) {
    const ThreadLimit limit(n_threads);
    InsightProject project(features);
    write_insight(project.engine(), project.options, project.paths(), [](const std::string&) {});
    write_store_map(project.engine(), project.options, project.paths());
    std::vector<std::string> bytes;
    for (const std::string& name : insight_documents()) {
      bytes.push_back(bytes_of(project.paths().insight / name));
    }
    bytes.push_back(bytes_of(project.paths().insight / "map.json"));
    return bytes;
  };
  EXPECT_EQ(documents_of(stores, 1), documents_of(stores.take(order), 4));
}

TEST(StoreMapAxes, ThoseOfALineAreTheLine) {
  Matrix points(4, 2);
  for (std::size_t row = 0; row < 4; ++row) {
    points(row, 0) = static_cast<double>(row);
    points(row, 1) = -2.0 * static_cast<double>(row);
  }
  const PrincipalAxes axes = principal_axes(points, points);
  EXPECT_NEAR(axes.explained[0], 1, 1e-12);
  EXPECT_NEAR(axes.positions(0, 0) - axes.positions(3, 0), 3 * std::sqrt(5.0), 1e-9);
  EXPECT_NEAR(axes.positions(1, 1), 0, 1e-9);
  EXPECT_EQ(principal_axes(Matrix(2, 3), Matrix(2, 3)).explained[0], 0);
}

}  // namespace
}  // namespace aisle
