// What limits change: the words, and the figures of a training within limits.
#include "aisle/segment/limit_effect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "aisle/segment/package.h"
#include "aisle/segment/train.h"
#include "tests/unit/segment/synthetic_stores.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

ChoiceFigures figures(std::int64_t n_clusters, double stability, double dbcv) {
  return {.n_clusters = n_clusters, .n_noise = 3, .stability = stability, .dbcv = dbcv};
}

TrainedModel train_on(TemporaryProject& project, const std::vector<std::string>& overrides) {
  project.put_features(synthetic_stores(200, 4, 0.02));
  return train(*project.engine, project.paths, preset_options("original", overrides), ignore_events);
}

TEST(LimitEffect, TheSentenceHasEachPrice) {
  LimitEffect effect{.without = figures(7, 8.0, 0.5),
                     .within = figures(4, 6.0, 0.375),
                     .alone = {{"limits.min_share", figures(4, 6.0, 0.375)}}};
  EXPECT_EQ(limits_sentence(effect),
            "Without the limits there would be 7; the limits' price: stability -25.0 %, DBCV -0.12.");
  effect.alone.push_back({"limits.max_clusters", std::nullopt});
  EXPECT_EQ(
      limits_sentence(effect),
      "Without the limits there would be 7; the limits' price: stability -25.0 %, DBCV -0.12; "
      "limits.min_share alone: stability -25.0 %, DBCV -0.12; limits.max_clusters alone: cannot be kept.");
  effect.within = effect.without;
  EXPECT_EQ(limits_sentence(effect), "The limits change nothing.");
}

TEST(LimitEffect, WhatDoesNotExistIsLeftOut) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  LimitEffect effect{.without = figures(2, 8.0, 0.5), .within = figures(1, 10.0, kNone), .alone = {}};
  EXPECT_EQ(limits_sentence(effect),
            "Without the limits there would be 2; the limits' price: stability +25.0 %.");
  effect.within.stability = kInfinite;
  EXPECT_EQ(limits_sentence(effect),
            "Without the limits there would be 2; the limits' price: not to be told.");
  EXPECT_TRUE(std::isnan(change_of(figures(2, 1.0, 0.5), figures(0, 0.0, kNone)).stability));
}

TEST(LimitEffect, ATrainingWithinLimitsKeepsThemAndTellsTheirPrice) {
  TemporaryProject free_project;
  const TrainedModel free = train_on(free_project, {});
  ASSERT_EQ(free.metrics.n_clusters, 4);
  EXPECT_FALSE(free.metrics.limits.has_value());

  TemporaryProject project;
  const TrainedModel trained = train_on(project, {"limits.max_clusters=2", "limits.min_share=0.1"});
  const Metrics& metrics = trained.metrics;
  EXPECT_EQ(metrics.n_clusters, 2);
  ASSERT_TRUE(metrics.limits.has_value());
  EXPECT_EQ(metrics.limits->without.n_clusters, 4);
  EXPECT_EQ(metrics.limits->without.dbcv, free.metrics.dbcv_score);
  EXPECT_EQ(metrics.limits->without.stability, free.model.clusters.total_stability);
  EXPECT_EQ(metrics.limits->within.dbcv, metrics.dbcv_score);
  EXPECT_LT(metrics.limits->within.stability, metrics.limits->without.stability);
  ASSERT_EQ(metrics.limits->alone.size(), 2u);
  EXPECT_EQ(metrics.limits->alone[0].option, "limits.min_share");
  EXPECT_EQ(metrics.limits->alone[0].figures->n_clusters, 4);
  EXPECT_EQ(metrics.limits->alone[1].figures->n_clusters, 2);
  EXPECT_EQ(select_without_limits(trained.model.hdbscan).labels, free.model.clusters.labels);

  const Metrics read = parse_metrics(bytes_of(project.paths.metrics), "metrics.json");
  EXPECT_EQ(metrics_json(read), metrics_json(metrics));
  const Model model = read_model(*project.engine, project.paths.model);
  EXPECT_EQ(model.hdbscan.selection_options.limits.most_clusters, 2);
  EXPECT_EQ(model.hdbscan.selection_options.limits.smallest_share, 0.1);
}

}  // namespace
}  // namespace aisle
