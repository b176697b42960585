#include "aisle/segment/verdict.h"

#include <gtest/gtest.h>

#include <cmath>

#include "aisle/base/table.h"

namespace aisle {
namespace {

VerdictFigures strong_figures() {
  return {.n_stores = 100, .n_clusters = 4, .n_noise = 10, .dbcv = 0.3, .silhouette = 0.4, .smallest = 5};
}

Grade grade_of(const VerdictFigures& figures, double repetition = 0.1) {
  return judge(figures, {{{"regional"}, repetition}}).grade;
}

TEST(Verdict, StrongNeedsEveryAspect) {
  EXPECT_EQ(grade_of(strong_figures()), Grade::kStrong);
  VerdictFigures figures = strong_figures();
  figures.dbcv = 0.29;
  EXPECT_EQ(grade_of(figures), Grade::kFair);
  figures = strong_figures();
  figures.silhouette = 0.39;
  EXPECT_EQ(grade_of(figures), Grade::kFair);
  figures = strong_figures();
  figures.n_noise = 11;
  EXPECT_EQ(grade_of(figures), Grade::kFair);
  figures = strong_figures();
  figures.smallest = 4;
  EXPECT_EQ(grade_of(figures), Grade::kFair);
  EXPECT_EQ(grade_of(strong_figures(), 0.5), Grade::kFair);
}

TEST(Verdict, SaysWhatLimitsChanged) {
  VerdictFigures figures = strong_figures();
  figures.limits = "The limits change nothing.";
  EXPECT_EQ(judge(figures, {}).aspects.front().reason, "4 clusters were found. The limits change nothing.");
}

TEST(Verdict, OneWeakAspectIsEnough) {
  VerdictFigures figures = strong_figures();
  figures.dbcv = -0.01;
  EXPECT_EQ(grade_of(figures), Grade::kWeak);
  figures = strong_figures();
  figures.silhouette = 0.14;
  EXPECT_EQ(grade_of(figures), Grade::kWeak);
  figures = strong_figures();
  figures.n_noise = 31;
  EXPECT_EQ(grade_of(figures), Grade::kWeak);
  figures = strong_figures();
  figures.smallest = 2;
  EXPECT_EQ(grade_of(figures), Grade::kWeak);
  EXPECT_EQ(grade_of(strong_figures(), kMerelyRepeats), Grade::kWeak);
}

TEST(Verdict, SaysWhyInWords) {
  const Verdict verdict = judge(strong_figures(), {{{"regional", "placement"}, 0.85}});
  EXPECT_EQ(verdict.aspects.back().reason,
            "The clusters merely repeat regional x placement (adjusted Rand index 0.85).");
  VerdictFigures none = {
      .n_stores = 7, .n_clusters = 0, .n_noise = 7, .dbcv = std::nan(""), .silhouette = std::nan("")};
  const Verdict nothing = judge(none, {});
  EXPECT_EQ(nothing.grade, Grade::kWeak);
  EXPECT_EQ(nothing.aspects.front().reason, "No cluster was found: no group of stores stands apart.");
  EXPECT_TRUE(std::isnan(nothing.aspects[1].value));
}

TEST(Verdict, WhatCannotBeMeasuredIsNotStrong) {
  for (const std::int64_t n_clusters : {0, 1}) {
    const Verdict verdict = judge({.n_stores = 7,
                                   .n_clusters = n_clusters,
                                   .n_noise = 7,
                                   .dbcv = std::nan(""),
                                   .silhouette = std::nan("")},
                                  {});
    for (const VerdictAspect& aspect : verdict.aspects) {
      EXPECT_TRUE(!std::isnan(aspect.value) || aspect.grade == Grade::kWeak) << aspect.name;
    }
    EXPECT_EQ(verdict.aspects.back().reason, n_clusters == 0
                                                 ? "There are no clusters to compare with the given columns."
                                                 : "One cluster alone cannot repeat a given column.");
  }
  const Verdict nothing_to_repeat = judge(strong_figures(), {});
  EXPECT_EQ(nothing_to_repeat.grade, Grade::kStrong);
  EXPECT_EQ(nothing_to_repeat.aspects.back().reason,
            "There is no given column that the clusters could repeat.");
}

TEST(Repetitions, FindTheColumnsThatTheClustersFollow) {
  std::vector<std::string> ids;
  std::vector<std::string> regions;
  std::vector<std::string> places;
  std::vector<std::string> other;
  std::vector<std::int32_t> labels;
  for (int store = 0; store < 48; ++store) {
    ids.push_back(std::to_string(store));
    regions.push_back(store % 2 == 0 ? "north" : "south");
    places.push_back(store % 3 == 0 ? "mall" : "street");
    other.push_back(store / 24 == 0 ? "x" : "y");
    labels.push_back((store % 2) * 2 + (store % 3 == 0 ? 1 : 0));
  }
  Table table;
  table.add(text_column("store_id", ids));
  table.add(text_column("store_name", regions));
  table.add(text_column("region", regions));
  table.add(text_column("place", places));
  table.add(text_column("half", other));
  table.add(text_column("unique", ids));
  table.add(text_column("constant", std::vector<std::string>(48, "same")));
  const auto found = repetitions(table, labels);
  // Three columns and their three pairs: names, ids, constants and what is different everywhere are left out.
  ASSERT_EQ(found.size(), 6U);
  EXPECT_EQ(found.front().columns, (std::vector<std::string>{"region", "place"}));
  EXPECT_EQ(found.front().adjusted_rand_index, 1.0);
  // A row in no cluster does not count.
  labels[0] = -1;
  EXPECT_EQ(repetitions(table, labels).front().adjusted_rand_index, 1.0);
}

}  // namespace
}  // namespace aisle
