#include "aisle/insight/segments.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "aisle/base/errors.h"
#include "aisle/insight/segments_table.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/cluster_stability.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

const NumberWords kWords = NumberWords::for_terminal();

// Ten stores in two clusters of four, one inferred in the second, and two in none.
Table clustered() {
  Table table;
  std::vector<std::string> ids;
  for (char letter = 'a'; letter < 'k'; ++letter) ids.emplace_back(1, letter);
  table.add(text_column("store_id", ids));
  table.add(text_column("placement", {"Mall", "Mall", "Mall", "Mall", "Street", "Street", "Street", "Mall",
                                      "Street", "Street"}));
  table.add(double_column("total_revenue", {10, 20, 30, 40, 100, 100, 100, 100, 0, 0}));
  table.add(double_column("size_m2", {5, 5, 6, 6, 50, 51, 52, 53, 20, 20}));
  table.add(double_column("weekend_share", {0.3, 0.3, 0.3, 0.3, 0.31, 0.3, 0.3, 0.3, 0.3, 0.3}));
  table.add(int_column("unique_products_stocked", std::vector<std::int64_t>(10, 200)));
  table.add(int_column("cluster", {0, 0, 0, 0, 1, 1, 1, -1, -1, -1}));
  table.add(int_column("cluster_final", {0, 0, 0, 0, 1, 1, 1, 1, -1, -1}));
  table.add(bool_column("is_inferred", {0, 0, 0, 0, 0, 0, 0, 1, 0, 0}));
  return table;
}

Metrics metrics_of_two() {
  Metrics metrics;
  metrics.n_stores = 10;
  metrics.n_fitted = 10;
  metrics.n_clusters = 2;
  metrics.cluster_ids = {0, 1};
  metrics.n_noise = 3;
  metrics.n_inferred = 1;
  metrics.columns = {{"size_m2", "log1p", "context"}};
  metrics.verdict =
      judge({.n_stores = 10, .n_clusters = 2, .n_noise = 3, .dbcv = 0.5, .silhouette = 0.5, .smallest = 4},
            {{{"placement"}, 0.4}});
  return metrics;
}

const Trait* trait_of(const std::vector<Trait>& traits, const std::string& column,
                      const std::string& level = "") {
  const auto found = std::find_if(traits.begin(), traits.end(), [&](const Trait& trait) {
    return trait.column == column && trait.level == level;
  });
  return found == traits.end() ? nullptr : &*found;
}

TEST(Segments, CountsStoresAndRevenue) {
  const SegmentsSummary summary = summarise_segments(clustered(), metrics_of_two(), {});
  ASSERT_EQ(summary.segments.size(), 2U);
  EXPECT_EQ(summary.n_unassigned, 2);
  EXPECT_EQ(summary.segments[0].n_stores, 4);
  EXPECT_EQ(summary.segments[0].n_inferred, 0);
  EXPECT_EQ(summary.segments[1].n_inferred, 1);
  EXPECT_EQ(summary.segments[0].revenue, 100);
  EXPECT_EQ(summary.segments[0].share_of_revenue, 0.2);
  EXPECT_EQ(summary.segments[1].share_of_stores, 0.4);
}

TEST(Segments, RanksWhatSetsAClusterApartByEffect) {
  const SegmentsSummary summary = summarise_segments(clustered(), metrics_of_two(), {});
  const auto& traits = summary.segments[1].traits;
  for (std::size_t at = 1; at < traits.size(); ++at) {
    EXPECT_GE(std::abs(traits[at - 1].effect), std::abs(traits[at].effect));
  }
  const Trait* size = trait_of(traits, "size_m2");
  ASSERT_NE(size, nullptr);
  EXPECT_TRUE(size->active);
  EXPECT_DOUBLE_EQ(size->value, 51.5);
  EXPECT_DOUBLE_EQ(size->chain, 26.8);
  // numpy: std([5, 5, 6, 6, 50, 51, 52, 53, 20, 20]) is 20.86528216919196
  EXPECT_NEAR(size->effect, (51.5 - 26.8) / 20.86528216919196, 1e-9);
  EXPECT_EQ(size->label, "size");
  const Trait* street = trait_of(traits, "placement", "Street");
  ASSERT_NE(street, nullptr);
  EXPECT_FALSE(street->active);
  EXPECT_DOUBLE_EQ(street->value, 0.75);
  EXPECT_DOUBLE_EQ(street->chain, 0.5);
  // What is the same everywhere, ids and the fit's own columns are no traits.
  EXPECT_EQ(trait_of(traits, "unique_products_stocked"), nullptr);
  EXPECT_EQ(trait_of(traits, "store_id"), nullptr);
  EXPECT_EQ(trait_of(traits, "cluster"), nullptr);
  EXPECT_EQ(trait_of(traits, "cluster_final"), nullptr);
}

TEST(Segments, NamesOneOfTwoNumbersThatSayTheSame) {
  Table stores = clustered();
  std::vector<double> doubled = stores.column("size_m2").doubles;
  for (double& value : doubled) value *= 2;
  stores.add(double_column("size_again", doubled));
  const SegmentsSummary summary = summarise_segments(stores, metrics_of_two(), {});
  const auto& named = summary.segments[1].sets_apart;
  EXPECT_EQ((trait_of(named, "size_m2") != nullptr) + (trait_of(named, "size_again") != nullptr), 1);
}

TEST(Segments, NumbersThatSayTheSameWhereBothArePresentAreNamedOnce) {
  Table stores = clustered();
  std::vector<double> doubled = stores.column("size_m2").doubles;
  for (double& value : doubled) value *= 2;
  // Half of each cluster is missing, so that over all rows the products are few.
  for (const std::size_t row : {0U, 2U, 4U, 6U, 8U}) doubled[row] = std::nan("");
  stores.add(double_column("size_again", doubled));
  const SegmentsSummary summary = summarise_segments(stores, metrics_of_two(), {});
  const auto& named = summary.segments[1].sets_apart;
  EXPECT_EQ((trait_of(named, "size_m2") != nullptr) + (trait_of(named, "size_again") != nullptr), 1);
}

TEST(Segments, NamesOneOfTwoCategoriesOfWhichOneTellsTheOther) {
  Table stores = clustered();
  stores.add(text_column("place", {"a", "a", "b", "b", "x", "x", "y", "b", "x", "y"}));
  const SegmentsSummary summary = summarise_segments(stores, metrics_of_two(), {});
  const auto n_named = [&](const std::vector<Trait>& named) {
    return std::count_if(named.begin(), named.end(), [](const Trait& trait) { return !trait.level.empty(); });
  };
  for (const Segment& segment : summary.segments) EXPECT_LE(n_named(segment.sets_apart), 1);
}

TEST(Segments, NamesNoAmountThatHardlyDiffers) {
  Table stores = clustered();
  stores.add(double_column("avg_inventory_depth", {27, 27, 27, 27, 27.2, 27.2, 27.2, 27.2, 27, 27}));
  stores.add(double_column("stock_turnover", {2, 2, 2, 2, 3, 3, 3, 3, 1, 4}));
  const SegmentsSummary summary = summarise_segments(stores, metrics_of_two(), {});
  EXPECT_NE(trait_of(summary.segments[1].traits, "avg_inventory_depth"), nullptr);
  for (const Segment& segment : summary.segments) {
    EXPECT_EQ(trait_of(segment.sets_apart, "avg_inventory_depth"), nullptr);
  }
}

TEST(Segments, LeavesStoresOutsideTheFitOutOfTheDifferences) {
  Table stores = clustered();
  stores.add(bool_column("in_fit", {1, 1, 1, 1, 1, 1, 1, 1, 0, 0}));
  const SegmentsSummary summary = summarise_segments(stores, metrics_of_two(), {});
  EXPECT_DOUBLE_EQ(trait_of(summary.segments[0].traits, "size_m2")->chain, 28.5);
  EXPECT_EQ(summary.n_stores, 10);
}

TEST(Segments, TheDocumentComesBackWhole) {
  const SegmentsSummary summary =
      summarise_segments(clustered(), metrics_of_two(), {.name = "Loja \"é\"\n<b>"});
  const std::string json = segments_json(summary);
  EXPECT_EQ(segments_json(parse_segments(json, "segments.json")), json);
  EXPECT_THROW(parse_segments(json.substr(0, json.size() / 2), "segments.json"), DataError);
  EXPECT_THROW(parse_segments("{}", "segments.json"), DataError);
}

TEST(Segments, WithoutRevenueThereIsNoShareOfIt) {
  Table stores;
  const Table all = clustered();
  for (const Column& column : all.columns()) {
    if (column.name != "total_revenue") stores.add(column);
  }
  const SegmentsSummary summary = summarise_segments(stores, metrics_of_two(), {});
  EXPECT_TRUE(std::isnan(summary.revenue));
  EXPECT_EQ(render_segments(summary, 80).find("Revenue"), std::string::npos);
  EXPECT_NE(segments_json(summary).find("\"share_of_revenue\": null"), std::string::npos);
}

TEST(Segments, RefusesAClusteredFileOfAnotherFit) {
  Metrics metrics = metrics_of_two();
  metrics.n_clusters = 1;
  metrics.cluster_ids = {0};
  EXPECT_THROW(summarise_segments(clustered(), metrics, {}), DataError);
}

TEST(Segments, WordsOfTraits) {
  Trait trait{.column = "size_m2",
              .level = "",
              .label = "size",
              .unit = UnitKind::kAmount,
              .value = 150,
              .chain = 100};
  EXPECT_EQ(trait_words(trait, kWords), "size +50 %");
  trait.value = 60;
  EXPECT_EQ(trait_words(trait, kWords), "size -40 %");
  trait.chain = -1234567;
  trait.value = -2000;
  EXPECT_EQ(trait_words(trait, kWords), "size -2,000 (chain -1.23 M)");
  trait.chain = -999.7;
  trait.value = -999.4;
  EXPECT_EQ(trait_words(trait, kWords), "size -999 (chain -1,000)");
  trait.value = 999.7;
  EXPECT_EQ(trait_words(trait, kWords), "size 1,000 (chain -1,000)");
  trait.value = 9999.7;
  EXPECT_EQ(trait_words(trait, kWords), "size 10.0 k (chain -1,000)");
  trait = {.column = "weekend_share",
           .level = "",
           .label = "weekend share",
           .unit = UnitKind::kShare,
           .value = 0.34,
           .chain = 0.28};
  EXPECT_EQ(trait_words(trait, kWords), "weekend share 34 % (chain 28 %)");
  trait.value = 0.006;
  trait.chain = 0.013;
  EXPECT_EQ(trait_words(trait, kWords), "weekend share 0.6 % (chain 1.3 %)");
  trait = {.column = "placement",
           .level = "Street",
           .label = "placement",
           .unit = UnitKind::kShare,
           .value = 0.88,
           .chain = 0.22};
  EXPECT_EQ(trait_words(trait, kWords), "placement Street 88 % (chain 22 %)");
  trait.level = "a\nb";
  EXPECT_EQ(trait_words(trait, kWords), "placement a b 88 % (chain 22 %)");
}

TEST(Segments, LabelsFallBackToTheColumnsName) {
  const FeatureLabels& labels = feature_labels();
  EXPECT_EQ(label_of(labels, "revenue_per_sqm").label, "sales per m2");
  EXPECT_EQ(label_of(labels, "mix_casacos").label, "share of casacos");
  EXPECT_EQ(label_of(labels, "mix_casacos").unit, UnitKind::kShare);
  EXPECT_EQ(label_of(labels, "my_own_feature").label, "my own feature");
}

TEST(Segments, TheTableFitsItsWidth) {
  SegmentsSummary summary = summarise_segments(clustered(), metrics_of_two(), {});
  for (Segment& segment : summary.segments) {
    for (int copy = 0; copy < 6; ++copy) segment.sets_apart.push_back(segment.traits.front());
  }
  for (const int width : {60, 80, 120}) {
    const std::string text = render_segments(summary, width);
    std::size_t begin = 0;
    while (begin < text.size()) {
      const std::size_t end = text.find('\n', begin);
      ASSERT_NE(end, std::string::npos);
      EXPECT_LE(end - begin, static_cast<std::size_t>(width)) << text.substr(begin, end - begin);
      begin = end + 1;
    }
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
  }
}

TEST(Segments, TheTableSaysWhatStandsInTheDocument) {
  const std::string text = render_segments(summarise_segments(clustered(), metrics_of_two(), {}), 100);
  EXPECT_TRUE(
      text.starts_with("10 stores fall into 2 clusters; 3 (30 %) fit none by themselves and were given the "
                       "likeliest.\n"))
      << text;
  EXPECT_NE(text.find("Cluster  Stores  inferred    Revenue  What sets it apart\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("      1       4         1     80.0 %  size +92 %"), std::string::npos) << text;
  EXPECT_NE(text.find("\nVerdict: fair. The clusters can be used with care"), std::string::npos) << text;
}

TEST(Segments, StoresLeftOutAreSaid) {
  Metrics metrics = metrics_of_two();
  metrics.n_fitted = 8;
  metrics.n_noise = 0;
  metrics.n_left_out = 2;
  const std::string text = render_segments(summarise_segments(clustered(), metrics, {}), 120);
  EXPECT_TRUE(text.starts_with(
      "8 stores fall into 2 clusters; 2 more are closed, stopped selling or never sold, and are "
      "left out.\n"))
      << text;
}

TEST(Segments, OneStoreIsSaidAsOne) {
  SegmentsSummary summary = summarise_segments(clustered(), metrics_of_two(), {});
  summary.n_noise = 1;
  summary.n_assigned = 1;
  summary.n_left_out = 1;
  EXPECT_TRUE(
      render_segments(summary, 500)
          .starts_with("9 stores fall into 2 clusters; 1 (10 %) fits none by itself and was given the "
                       "likeliest; 1 has too short a history for the fit and was assigned afterwards; "
                       "1 more is closed, stopped selling or never sold, and is left out.\n"))
      << render_segments(summary, 500);
  SegmentsSummary alone;
  alone.n_stores = 1;
  EXPECT_TRUE(render_segments(alone, 80).starts_with("1 store falls into no cluster.\n"));
}

TEST(Segments, ANumberAndItsPercentSignStayTogether) {
  SegmentsSummary summary = summarise_segments(clustered(), metrics_of_two(), {});
  for (Segment& segment : summary.segments) {
    for (int copy = 0; copy < 8; ++copy) segment.sets_apart.push_back(segment.traits.front());
  }
  for (int width = 60; width < 100; ++width) {
    const std::string text = render_segments(summary, width);
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
      const std::size_t word = text.find_first_not_of(" \n", at);
      EXPECT_FALSE(word != std::string::npos && text[word] == '%') << text;
    }
  }
}

TEST(Segments, NoClusterIsSaid) {
  Metrics metrics = metrics_of_two();
  metrics.n_clusters = 0;
  metrics.cluster_ids = {};
  metrics.n_noise = 10;
  metrics.verdict = judge(
      {.n_stores = 10, .n_clusters = 0, .n_noise = 10, .dbcv = std::nan(""), .silhouette = std::nan("")}, {});
  Table stores;
  const Table all = clustered();
  for (const Column& column : all.columns()) {
    if (column.name != "cluster_final" && column.name != "cluster") stores.add(column);
  }
  stores.add(int_column("cluster", std::vector<std::int64_t>(10, -1)));
  stores.add(int_column("cluster_final", std::vector<std::int64_t>(10, -1)));
  const SegmentsSummary summary = summarise_segments(stores, metrics, {});
  EXPECT_TRUE(summary.segments.empty());
  const std::string text = render_segments(summary, 80);
  EXPECT_TRUE(text.starts_with("10 stores fall into no cluster.\n\nVerdict: weak. ")) << text;
}

TEST(Segments, WritesTheDocumentFromWhatTrainWrote) {
  const ProjectPaths paths(fs::temp_directory_path() / ("aisle insight " + std::to_string(getpid())));
  fs::create_directories(paths.artifacts);
  const auto engine = open_duckdb({.n_threads = 1});
  try {
    write_segments(*engine, Options{}, paths);
    FAIL() << "wrote segments of nothing";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "data/artifacts/final_clustered_stores.parquet: is not there; run `aisle train`");
  }
  write_table(*engine, clustered(), paths.clustered_stores);
  Metrics metrics = metrics_of_two();
  metrics.fit = fit_digest(text_column("store_id", {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}),
                           std::vector<std::int64_t>{0, 0, 0, 0, 1, 1, 1, -1, -1, -1},
                           std::vector<std::int64_t>{0, 0, 0, 0, 1, 1, 1, 1, -1, -1});
  write_file(paths.metrics, metrics_json(metrics));
  StabilityReport stability;
  stability.fit = metrics.fit;
  stability.cluster_ids = {0, 1};
  stability.clusters.resize(2);
  stability.clusters[0].mean_jaccard = 0.9;
  stability.clusters[1].mean_jaccard = 0.4;
  stability.observed.mean_jaccard = 0.6;
  stability.n_resamples = 100;
  write_file(paths.stability, stability_json(stability));
  EXPECT_EQ(write_segments(*engine, Options{}, paths), 2);
  const SegmentsSummary read = parse_segments(read_file(paths.insight / "segments.json"), "segments.json");
  EXPECT_EQ(read.segments[1].n_stores, 4);
  EXPECT_EQ(read.project, "store segments");
  EXPECT_EQ(read.segments[0].stability, 0.9);
  EXPECT_EQ(read.segments[1].stability, 0.4);
  EXPECT_EQ(read.verdict.aspects.back().name, "stability");
  const std::string table = render_segments(read, 120);
  EXPECT_NE(table.find("Revenue  Stability  What"), std::string::npos) << table;
  EXPECT_NE(table.find("20.0 %       high  "), std::string::npos) << table;
  EXPECT_NE(table.find("80.0 %  dissolved  "), std::string::npos) << table;

  // A run that was killed after train left the stability of the fit before.
  stability.fit = "another";
  write_file(paths.stability, stability_json(stability));
  try {
    write_segments(*engine, Options{}, paths);
    ADD_FAILURE() << "wrote the stability of another fit";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "data/artifacts/stability.json: is not of the same fit as metrics.json; run `aisle run`");
  }

  // As many clusters, but one store in another: a train was killed between its files.
  metrics.fit = fit_digest(text_column("store_id", {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}),
                           std::vector<std::int64_t>{0, 0, 0, 0, 1, 1, 1, -1, -1, -1},
                           std::vector<std::int64_t>{0, 0, 0, 0, 1, 1, 1, 0, -1, -1});
  write_file(paths.metrics, metrics_json(metrics));
  try {
    write_segments(*engine, Options{}, paths);
    ADD_FAILURE() << "wrote segments of two fits";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "data/artifacts/metrics.json: is not of the same fit as final_clustered_stores.parquet; run "
                 "`aisle train`");
  }
  fs::remove_all(paths.root);
}

}  // namespace
}  // namespace aisle
