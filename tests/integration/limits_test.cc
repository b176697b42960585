// Limits on the clusters through the verbs: kept, priced, and refused where nothing can keep them.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

using nlohmann::json;

constexpr const char* kManySmallClusters =
    "[hdbscan]\nmin_cluster_size = 3\ncluster_selection_epsilon = 0.0\ncluster_selection_method = \"leaf\"\n";

class Limits : public RetailerProject {
 protected:
  Limits() : RetailerProject("limits") { retailer_ = SmallRetailer(40, 120); }

  json document(const std::string& name) {
    return json::parse(read_text(project_ / "data/artifacts" / name));
  }
};

TEST_F(Limits, AreKeptAndTheirPriceStandsInEveryVerdict) {
  retailer_.write(project_.path(), kManySmallClusters);
  ASSERT_EQ(run().exit_code, 0);
  const json free = document("metrics.json");
  EXPECT_TRUE(free.at("limits").is_null());
  const auto n_free = free.at("n_clusters").get<int>();
  ASSERT_GE(n_free, 4);

  const std::vector<std::string> limited = {"run", "--set", "limits.max_clusters=3", "--set",
                                            "limits.min_share=0.1"};
  const ProgramResult result = run(limited);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json metrics = document("metrics.json");
  EXPECT_EQ(metrics.at("n_clusters"), 3);
  const auto n_fitted = metrics.at("n_fitted").get<double>();
  for (const json& size : metrics.at("sizes")) EXPECT_GE(size.get<double>() / n_fitted, 0.1);
  const json& limits = metrics.at("limits");
  EXPECT_EQ(limits.at("without").at("n_clusters"), n_free);
  EXPECT_EQ(limits.at("without").at("dbcv"), free.at("dbcv_score"));
  EXPECT_EQ(limits.at("within").at("dbcv"), metrics.at("dbcv_score"));
  ASSERT_EQ(limits.at("alone").size(), 2u);
  EXPECT_EQ(limits.at("alone").at(1).at("option"), "limits.max_clusters");
  EXPECT_LE(limits.at("alone").at(1).at("choice").at("n_clusters"), 3);

  const std::string words = "Without the limits there would be " + std::to_string(n_free);
  const std::string reason = metrics.at("verdict").at("aspects").at(0).at("reason");
  EXPECT_NE(reason.find(words), std::string::npos) << reason;
  EXPECT_NE(result.out.find("3 clusters were found. Without the limits"), std::string::npos) << result.out;
  EXPECT_NE(read_text(project_ / "data/artifacts/report.html").find(words), std::string::npos);
  EXPECT_EQ(document("model/model.json").at("hdbscan").at("most_clusters"), 3);

  const ProgramResult status = run({"status"});
  EXPECT_NE(status.out.find("limits"), std::string::npos) << "without them the model is stale\n"
                                                          << status.out;
}

TEST_F(Limits, VerifyShowsTheClustersWithoutThem) {
  retailer_.write(project_.path(), kManySmallClusters);
  ASSERT_EQ(run().exit_code, 0);
  const std::string plain = (project_ / "plain").string();
  ASSERT_EQ(run({"verify", "--out", plain}).exit_code, 0);
  ASSERT_EQ(run({"run", "--quiet", "--set", "limits.max_clusters=2"}).exit_code, 0);
  const std::string limited = (project_ / "limited").string();
  const ProgramResult result = run({"verify", "--out", limited});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("hdbscan has no limits"), std::string::npos) << result.out;
  EXPECT_EQ(difference(files_below(limited), files_below(plain)), "");
}

TEST_F(Limits, ThatNothingCanKeepAreRefusedWithWhatCan) {
  retailer_.write(project_.path(), kManySmallClusters);
  ASSERT_EQ(run().exit_code, 0);
  const int n_leaves = document("metrics.json").at("n_clusters");
  expect_refused(
      2,
      fmt::format("cluster limits: the hierarchy has no selection of at least {} clusters; expected "
                  "one of the numbers that it has: 2 to {}; a smaller min_cluster_size gives more "
                  "clusters, wider shares more numbers",
                  n_leaves + 1, n_leaves),
      {"run", "--quiet", "--set", "limits.min_clusters=" + std::to_string(n_leaves + 1)});
  expect_refused(2,
                 "--set limits.max_clusters=2: limits.max_clusters is 2; expected 0, or at least "
                 "limits.min_clusters, which is 3",
                 {"run", "--quiet", "--set", "limits.min_clusters=3", "--set", "limits.max_clusters=2"});
}

}  // namespace
}  // namespace aisle::testing
