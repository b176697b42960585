// `aisle compare` through the verb: two real runs, the same run, folders, what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>

#include "aisle/engine/engine.h"
#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Compare : public RetailerProject {
 protected:
  Compare() : RetailerProject("compare") { retailer_ = SmallRetailer(40, 120); }

  // Newest first.
  std::vector<std::string> kept() const {
    std::vector<std::string> runs;
    for (const auto& entry : fs::directory_iterator(project_ / ".aisle/runs")) {
      runs.push_back(entry.path().filename().string());
    }
    std::sort(runs.rbegin(), runs.rend());
    return runs;
  }
  fs::path folder(const std::string& run) const { return project_ / ".aisle/runs" / run; }

  // A run of many small clusters after one of few; two stores closed meanwhile, one new.
  void run_twice() {
    run_well();
    for (const char* table : {"dim_store_physical", "dim_store_management", "fact_sales", "fact_inventory"}) {
      CsvRows& rows = retailer_.tables.at(table);
      std::erase_if(rows, [](const auto& row) { return row[0] == "S038" || row[1] == "S038"; });
      CsvRows more;
      for (const auto& row : rows) {
        const bool first = row[0] == "S007" || row[1] == "S007";
        if (!first) continue;
        more.push_back(row);
        for (std::string& cell : more.back()) {
          if (cell == "S007") cell = "S900";
        }
      }
      rows.insert(rows.end(), more.begin(), more.end());
    }
    retailer_.write(project_.path(),
                    "[hdbscan]\nmin_cluster_size = 3\ncluster_selection_epsilon = 0.0\n"
                    "cluster_selection_method = \"leaf\"\n");
    const ProgramResult result = run();
    ASSERT_EQ(result.exit_code, 0) << result.err;
    ASSERT_EQ(kept().size(), 2u);
  }

  json compare(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), "compare");
    arguments.push_back("--json");
    const ProgramResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return json::parse(result.out);
  }

  static double number(const std::string& query) {
    const Table table = open_duckdb({.n_threads = 1})->query("SELECT CAST((" + query + ") AS DOUBLE) AS v");
    return table.column("v").number_at(0);
  }
};

std::string stores_of(const fs::path& folder) {
  return "read_parquet(" + sql_literal((folder / "final_clustered_stores.parquet").string()) + ")";
}

// The most stores that a one-to-one pairing keeps, by trying every pairing; a pair counts from a quarter of
// the old cluster on.
std::int64_t most_that_stay(const std::vector<std::vector<std::int64_t>>& table) {
  const std::size_t n_old = table.size() - 1;
  const std::size_t n_new = table[0].size() - 1;
  std::vector<int> partner(std::max(n_old, n_new));
  std::iota(partner.begin(), partner.end(), 0);
  std::int64_t best = 0;
  do {
    std::int64_t kept = 0;
    for (std::size_t from = 0; from < n_old; ++from) {
      const auto to = static_cast<std::size_t>(partner[from]);
      if (to >= n_new) continue;
      const auto whole = std::accumulate(table[from].begin(), table[from].end(), std::int64_t{0});
      if (4 * table[from][to] >= whole) kept += table[from][to];
    }
    best = std::max(best, kept);
  } while (std::next_permutation(partner.begin(), partner.end()));
  return best;
}

TEST_F(Compare, FiguresAreThoseOfAnIndependentComputation) {
  run_twice();
  const std::string a = kept()[1], b = kept()[0];
  const json document = compare();
  EXPECT_EQ(document.at("kind"), "aisle-comparison");
  EXPECT_EQ(document.at("format"), 1);
  EXPECT_EQ(document.at("a").at("run"), a);
  EXPECT_EQ(document.at("b").at("run"), b);
  const std::string old = stores_of(folder(a)), renewed = stores_of(folder(b));
  const std::string both = old + " AS a JOIN " + renewed + " AS b USING (store_id)";
  EXPECT_EQ(document.at("n_shared"), number("SELECT count(*) FROM " + both));
  EXPECT_EQ(document.at("only_a").at("store_id"), json({"S038"}));
  EXPECT_EQ(document.at("only_b").at("store_id"), json({"S900"}));
  EXPECT_NEAR(document.at("only_b").at("revenue").at(0).get<double>(),
              number("SELECT total_revenue FROM " + renewed + " WHERE store_id = 'S900'"), 0.01);
  json from = document.at("a").at("clusters"), to = document.at("b").at("clusters");
  from.push_back(-1);
  to.push_back(-1);
  ASSERT_GE(to.size(), from.size() + 1) << "the small clusters";
  for (std::size_t row = 0; row < from.size(); ++row) {
    for (std::size_t col = 0; col < to.size(); ++col) {
      const std::string where = fmt::format(" FROM {} WHERE a.cluster_final = {} AND b.cluster_final = {}",
                                            both, from[row].get<int>(), to[col].get<int>());
      EXPECT_EQ(document.at("stores").at(row).at(col), number("SELECT count(*)" + where));
      EXPECT_NEAR(document.at("revenue").at(row).at(col).get<double>(),
                  number("SELECT coalesce(sum(b.total_revenue), 0)" + where), 0.01);
    }
  }
  EXPECT_EQ(document.at("n_stay"), most_that_stay(document.at("stores")));
  EXPECT_EQ(document.at("n_move"), document.at("moved").at("store_id").size());
  double moved = 0;
  for (const json& revenue : document.at("moved").at("revenue")) moved += revenue.get<double>();
  EXPECT_NEAR(document.at("revenue_move").get<double>(), moved, 0.2);
  EXPECT_GT(document.at("n_move"), 0);
}

TEST_F(Compare, MetricsAndOptionsAreThoseOfTheRuns) {
  run_twice();
  const json document = compare({"previous", "latest"});
  const json old = json::parse(read_text(folder(kept()[1]) / "metrics.json"));
  const json renewed = json::parse(read_text(folder(kept()[0]) / "metrics.json"));
  int n_checked = 0;
  for (const json& metric : document.at("metrics")) {
    const std::string name = metric.at("metric");
    if (!old.contains(name) || old.at(name).is_null()) continue;
    ++n_checked;
    EXPECT_NEAR(metric.at("a"), old.at(name), 1e-5) << name;
    EXPECT_NEAR(metric.at("b"), renewed.at(name), 1e-5) << name;
    EXPECT_NEAR(metric.at("difference"), renewed.at(name).get<double>() - old.at(name).get<double>(), 1e-5);
  }
  EXPECT_GE(n_checked, 7);
  std::map<std::string, json> options;
  for (const json& option : document.at("options")) {
    options[option.at("option")] = json::array({option.at("a"), option.at("b")});
  }
  EXPECT_EQ(options.size(), 3u) << document.at("options");
  EXPECT_EQ(options["hdbscan.cluster_selection_method"], json::array({"\"eom\"", "\"leaf\""}));
  EXPECT_EQ(options["hdbscan.min_cluster_size"], json::array({"5", "3"}));
}

TEST_F(Compare, ClustersThatTookABaselinesIdsSayTheSame) {
  run_well();
  const std::string first = kept().front();
  ASSERT_EQ(run({"run", "--quiet", "--set", "hdbscan.cluster_selection_epsilon=0.3", "--set",
                 "hdbscan.min_cluster_size=3", "--set", "identity.baseline=" + first})
                .exit_code,
            0);
  const json identity = json::parse(read_text(project_ / "data/artifacts/identity.json"));
  const json document = compare({"baseline", "latest", "--set", "identity.baseline=" + first});
  ASSERT_EQ(document.at("a").at("run"), first);
  std::map<std::int64_t, json> became;
  for (const json& cluster : identity.at("clusters")) became[cluster.at("cluster")] = cluster;
  for (const json& cluster : document.at("b_clusters")) {
    const json& other = became.at(cluster.at("cluster"));
    EXPECT_EQ(cluster.at("became"), other.at("became"));
    EXPECT_EQ(cluster.at("continues"), other.at("id_from"));
    if (!cluster.at("continues").is_null()) {
      EXPECT_EQ(cluster.at("continues"), cluster.at("cluster"));
    }
  }
  EXPECT_EQ(document.at("n_stay"), identity.at("n_in_matched_clusters"));
}

TEST_F(Compare, NothingMovesBetweenARunAndItself) {
  run_well();
  const json document = compare({"latest", kept().front()});
  EXPECT_EQ(document.at("n_move"), 0);
  EXPECT_EQ(document.at("n_stay"), 40);
  EXPECT_EQ(document.at("adjusted_rand_index"), 1.0);
  EXPECT_EQ(document.at("options"), json::array());
  for (const json& cluster : document.at("a_clusters")) EXPECT_EQ(cluster.at("fate"), "survived");
  for (const json& metric : document.at("metrics")) {
    const bool exists = !metric.at("a").is_null();
    EXPECT_EQ(metric.at("difference"), exists ? json(0.0) : json(nullptr)) << metric;
  }
  const ProgramResult result = run({"compare", "latest", "latest"});
  EXPECT_NE(result.out.find("None of 40 stores in both runs moves to another cluster."), std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("The options are the same."), std::string::npos) << result.out;
}

TEST_F(Compare, FoldersOfRunsAndProjectsServeToo) {
  run_twice();
  const json document = compare({kept()[1], kept()[0]});
  const TemporaryFolder elsewhere("kept elsewhere");
  fs::copy(folder(kept()[1]), elsewhere / kept()[1]);
  EXPECT_EQ(compare({(elsewhere / kept()[1]).string(), "latest"}), document);
  EXPECT_EQ(compare({kept()[1], project_.path().string()}), document);
  const ProgramResult text = run({"compare", "--threads", "1"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.err, "");
  EXPECT_NE(text.out.find("1 store only in A: S038"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("hdbscan.min_cluster_size: 5 -> 3"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("The 10 largest of the "), std::string::npos) << text.out;
}

TEST_F(Compare, WhatCannotBeComparedIsSaid) {
  retailer_.write(project_.path());
  expect_refused(2,
                 "compare: there is no previous run; expected two runs that kept their results; run `aisle "
                 "run` first",
                 {"compare"});
  expect_refused(2, "compare: there is no run 'x'; no run has kept its result yet: run `aisle run` first",
                 {"compare", "x", "x"});
  run_twice();
  const std::string a = kept()[1], b = kept()[0];
  expect_refused(2, "compare: there is no run '" + a + "x'; did you mean '" + a + "'?", {"compare", a + "x"});
  expect_refused(2, "compare: there is no run 'yesterday'; the kept runs are '" + b + "', '" + a + "'",
                 {"compare", "latest", "yesterday"});
  expect_refused(
      2, "compare: there is no baseline; expected a run in identity.baseline; set it, or name the run",
      {"compare", "baseline"});
  const std::string somewhere = (project_ / "data").string();
  expect_refused(3,
                 somewhere +
                     ": holds no final_clustered_stores.parquet; expected the folder of a run's kept "
                     "result",
                 {"compare", somewhere});
  fs::remove(folder(a) / "options.txt");
  expect_refused(3, folder(a).string() + ": holds no options.txt; expected the folder of a run's kept result",
                 {"compare"});
  write_text(folder(b) / "metrics.json", "{");
  expect_refused(
      3, (folder(b) / "metrics.json").string() + ": is not whole JSON; run `aisle train` to make it anew",
      {"compare", b, b});
  fs::remove_all(folder(a));
  expect_refused(2, "compare: run '" + a + "' has kept no result; the one kept run is '" + b + "'",
                 {"compare", a});
}

}  // namespace
}  // namespace aisle::testing
