// Which trial is recommended, by figures whose answer is known; and how trials without figures are written.
#include "aisle/segment/trial_choice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "aisle/segment/trial_documents.h"

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Figures {
  double dbcv;
  double silhouette;
  double noise;
  double stability;
};

std::vector<Trial> trials_of(const std::vector<Figures>& figures) {
  std::vector<Trial> trials;
  for (const Figures& one : figures) {
    trials.push_back({.number = static_cast<std::int64_t>(trials.size()) + 1,
                      .values = {},
                      .settings = {},
                      .problem = "",
                      .n_clusters = 3,
                      .n_noise = 0,
                      .smallest = 10,
                      .noise_share = one.noise,
                      .dbcv = one.dbcv,
                      .silhouette = one.silhouette,
                      .stability = one.stability,
                      .on_front = false});
  }
  return trials;
}

std::vector<std::int64_t> front_of(const std::vector<Trial>& trials) {
  std::vector<std::int64_t> front;
  for (const Trial& trial : trials) {
    if (trial.on_front) front.push_back(trial.number);
  }
  return front;
}

TEST(TrialChoice, TheOneOfTheFrontThatIsNearestToTheBestOfEverything) {
  // Scaled to 0..1: 1 is (1, 0, 1, 0), 2 is (0.5, 0.75, 0.5, 1), 3 is (0, 1, 0, 0.5); 4 is as 2 with less.
  // Squared distances from (1, 1, 1, 1): 2; 0.5625; 2.25.
  auto trials =
      trials_of({{0.8, 0.1, 0.0, 0.5}, {0.6, 0.4, 0.2, 0.9}, {0.4, 0.5, 0.4, 0.7}, {0.5, 0.4, 0.2, 0.9}});
  const TrialChoice choice = choose_trial(trials, {});
  EXPECT_EQ(choice.recommended, 2);
  EXPECT_EQ(front_of(trials), (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_NE(choice.reason.find("Trial 2 is recommended: of the 3 on the front"), std::string::npos);
  EXPECT_NE(choice.reason.find("all four figures"), std::string::npos) << choice.reason;
  EXPECT_NE(choice.reason.find("DBCV 0.600, best 0.800; silhouette 0.400, best 0.500; noise 20 %, least 0 %; "
                               "stability 0.90, best 0.90"),
            std::string::npos)
      << choice.reason;
}

TEST(TrialChoice, StabilityDecidesWhereItIsMeasuredAndIsNotCountedWhereItIsNot) {
  // By DBCV, silhouette and noise the first two are alike; the stability parts them.
  const std::vector<Figures> figures = {
      {0.8, 0.34, 0.1, 0.1}, {0.75, 0.40, 0.12, 0.9}, {0.3, 0.30, 0.5, 0.5}};
  auto measured = trials_of(figures);
  EXPECT_EQ(choose_trial(measured, {}).recommended, 2);
  std::vector<Figures> without = figures;
  for (Figures& one : without) one.stability = kNone;
  // Now 1 is (1, 0.4, 1) and 2 is (0.4, 1, 0.5).
  without[1] = {0.5, 0.40, 0.3, kNone};
  auto unmeasured = trials_of(without);
  const TrialChoice choice = choose_trial(unmeasured, {});
  EXPECT_EQ(choice.recommended, 1);
  EXPECT_NE(choice.reason.find("all three figures"), std::string::npos) << choice.reason;
  EXPECT_EQ(choice.reason.find("stability"), std::string::npos) << choice.reason;
}

TEST(TrialChoice, OfEqualTrialsTheFirst) {
  auto trials = trials_of({{0.5, 0.2, 0.1, 0.8}, {0.5, 0.2, 0.1, 0.8}});
  EXPECT_EQ(choose_trial(trials, {}).recommended, 1);
  EXPECT_EQ(front_of(trials), (std::vector<std::int64_t>{1}));
}

TEST(TrialChoice, WhatIsOutOfBoundsIsNeitherMarkedNorRecommended) {
  auto trials = trials_of(
      {{0.9, 0.9, 0.6, 0.9}, {0.5, 0.5, 0.1, 0.7}, {0.95, 0.95, 0.0, 0.9}, {kNone, kNone, 0, kNone}});
  trials[2].smallest = 4;
  trials[3].n_clusters = 1;
  const TrialChoice choice = choose_trial(trials, {.most_noise = 0.5, .min_stores = 5});
  EXPECT_EQ(choice.recommended, 2);
  EXPECT_EQ(front_of(trials), (std::vector<std::int64_t>{2}));
  EXPECT_NE(choice.reason.find("3 of 4 trials were left out"), std::string::npos) << choice.reason;
}

TEST(TrialChoice, NoneWhereNothingIsFit) {
  auto trials = trials_of({{0.9, 0.9, 0.6, 0.9}, {kNone, kNone, 0, kNone}, {kNone, kNone, 0, kNone}});
  trials[1].problem = "no 9 clusters";
  trials[1].n_clusters = 0;
  trials[2].n_clusters = 1;
  const TrialChoice choice = choose_trial(trials, {.most_noise = 0.5, .min_stores = 5});
  EXPECT_EQ(choice.recommended, 0);
  EXPECT_EQ(
      choice.reason,
      "None of the 3 trials is recommended: 1 cannot keep the bounds on the clusters, 1 have fewer than "
      "two clusters, 1 have more noise than 50 % or a cluster under 5 stores.");
}

TEST(TrialDocuments, ATrialWithAProblemHasNoFigures) {
  auto trials = trials_of({{0.5, 0.4, 0.25, 0.9}, {kNone, kNone, 0, kNone}});
  trials[1].problem = "its tree has no 9 clusters, only 2";
  trials[1].n_clusters = trials[1].smallest = 0;
  const Tuning tuning{
      .id = "t", .started_at = "", .finished_at = "", .options = "", .features = "", .reason = ""};
  const auto document = nlohmann::json::parse(tuning_json(tuning, trials));
  for (const char* figure :
       {"n_clusters", "n_noise", "noise_share", "smallest", "dbcv", "silhouette", "stability"}) {
    EXPECT_FALSE(document.at("trials").at(0).at(figure).is_null()) << figure;
    EXPECT_TRUE(document.at("trials").at(1).at(figure).is_null()) << figure;
  }
  EXPECT_EQ(
      trials_csv(tuning, trials),
      "trial,n_clusters,n_noise,noise_share,smallest,dbcv,silhouette,stability,on_front,recommended,problem\n"
      "1,3,0,0.25,10,0.5,0.4,0.9,false,false,\n"
      "2,,,,,,,,false,false,\"its tree has no 9 clusters, only 2\"\n");
}

}  // namespace
}  // namespace aisle
