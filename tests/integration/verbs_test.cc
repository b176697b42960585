// The verbs as a user meets them: help, version, init, generate, status, assets, run's choices.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/support/program.h"
#include "tests/support/small_retailer.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kVerbs[] = {"init",   "generate", "check",  "features", "train",   "run",
                                  "status", "assets",   "export", "report",   "compare", "serve"};

std::vector<json> json_lines(const std::string& text) {
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
  return lines;
}

class Verbs : public ::testing::Test {
 protected:
  Verbs() { retailer_.write(project_.path()); }

  ProgramResult in_project(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--project", project_.path().string()});
    return run_aisle(arguments);
  }

  // The assets that a run made, in order.
  std::vector<std::string> made_by(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const ProgramResult result = in_project(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<std::string> made;
    for (const json& line : json_lines(result.out)) {
      if (line.at("event") == "asset_made") made.push_back(line.at("asset"));
    }
    return made;
  }

  using Names = std::vector<std::string>;
  SmallRetailer retailer_;
  TemporaryFolder project_{"verbs"};
};

TEST_F(Verbs, AUsageErrorIsAnObjectToo) {
  const auto expect_error = [](const std::vector<std::string>& arguments, const std::string& message) {
    const ProgramResult result = run_aisle(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.err, "aisle: " + message + "\n");
    const std::vector<json> lines = json_lines(result.out);
    ASSERT_EQ(lines.size(), 1u) << result.out;
    EXPECT_EQ(lines[0],
              (json{{"event", "error"}, {"kind", "InvalidInput"}, {"message", message}, {"exit_code", 2}}));
  };
  expect_error({"rum", "--json"}, "there is no verb 'rum'; did you mean 'run'?");
  expect_error({"run", "--json", "--hurry"},
               "The following argument was not expected: --hurry; aisle run --help shows what it takes");
  EXPECT_EQ(run_aisle({"run", "--hurry"}).out, "");
}

TEST_F(Verbs, ALongQueryTellsHowFarItIsAndAQuickOneDoesNot) {
  const auto steps_of_features = [this] {
    const ProgramResult result = in_project({"run", "--json", "--force", "--threads", "1"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<double> steps;
    for (const json& line : json_lines(result.out)) {
      if (line.at("event") != "progress" || line.at("asset") != "store_features") continue;
      EXPECT_LE(line.at("done"), line.at("total"));
      steps.push_back(line.at("done"));
    }
    return steps;
  };
  const std::vector<double> quick = steps_of_features();
  ASSERT_FALSE(quick.empty());
  EXPECT_EQ(std::set<double>(quick.begin(), quick.end()).size(), quick.size()) << "each step once";
  write_text(
      project_ / "sql/slow.sql",
      "-- group: slow\n-- title: Slow\n-- about: Takes its time.\n-- needs: fact_sales.store_id\n"
      "-- reads: stores\n-- column: slow | number | a number\n"
      "SELECT store_id, slow FROM stores CROSS JOIN\n"
      "  (SELECT CAST(count(*) AS DOUBLE) AS slow FROM range(15000) AS a(i) CROSS JOIN range(15000) AS "
      "b(j)\n   WHERE (i * j) % 7 = 3) AS counted\n");
  const std::vector<double> slow = steps_of_features();
  EXPECT_GT(slow.size(), quick.size() + 1);
  EXPECT_TRUE(std::is_sorted(slow.begin(), slow.end()));
}

TEST_F(Verbs, EachHasHelpWithAnExample) {
  for (const char* verb : kVerbs) {
    const ProgramResult result = run_aisle({verb, "--help"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_NE(result.out.find(std::string("Example:\n  aisle ") + verb), std::string::npos) << result.out;
    for (const char* option : {"--project", "--json", "--threads", "--quiet", "--verbose", "--set"}) {
      EXPECT_NE(result.out.find(option), std::string::npos) << verb << " has no " << option;
    }
  }
  EXPECT_EQ(run_aisle({"--version"}).out.substr(0, 6), "aisle ");
}

TEST_F(Verbs, ASecondRunMakesNothingAndAChangeOnlyWhatDependsOnIt) {
  const Names below_model = {"cluster_model", "cluster_stability", "segments",
                             "insight",       "store_map",         "report"};
  EXPECT_EQ(made_by({"run"}), (Names{"data_checks", "store_features", "cluster_model", "cluster_stability",
                                     "segments", "insight", "store_map", "report"}));
  EXPECT_EQ(made_by({"run"}), Names{});
  EXPECT_EQ(made_by({"run", "--set", "hdbscan.min_cluster_size=4"}), below_model);
  EXPECT_EQ(made_by({"run"}), below_model);
  retailer_.at("fact_sales", 0, "qty") = "3";
  retailer_.write(project_.path());
  EXPECT_EQ(made_by({"run"}).front(), "data_checks");
  EXPECT_EQ(made_by({"run", "--force"}).size(), 8u);
  EXPECT_EQ(made_by({"run", "--from", "cluster_model"}), below_model);
  EXPECT_EQ(made_by({"run", "--only", "segments", "--force"}), Names{"segments"});
}

TEST_F(Verbs, FilesWrittenAnewWithTheSameContentAreFresh) {
  made_by({"run"});
  retailer_.write(project_.path());
  EXPECT_EQ(made_by({"run"}), Names{});
}

TEST_F(Verbs, ADryRunSaysWhyAndMakesNothing) {
  const ProgramResult result = in_project({"run", "--dry-run"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.out.find("would make  data_checks     it was never made"), std::string::npos)
      << result.out;
  EXPECT_FALSE(fs::exists(project_ / "data/artifacts"));
}

TEST_F(Verbs, StatusSaysWhatIsStaleAndWhy) {
  made_by({"run"});
  EXPECT_EQ(in_project({"status"}).out.find("stale"), std::string::npos);
  const std::string changed = in_project({"status", "--set", "hdbscan.min_samples=3"}).out;
  EXPECT_NE(changed.find("hdbscan.min_samples was 1, is 3"), std::string::npos) << changed;
  EXPECT_NE(changed.find("cluster_model is stale"), std::string::npos) << changed;
  write_text(project_ / "data/artifacts/metrics.json", "{}");
  const std::string altered = in_project({"status"}).out;
  EXPECT_NE(altered.find("data/artifacts/metrics.json was altered since it was made"), std::string::npos)
      << altered;
  const json document = json::parse(in_project({"status", "--json"}).out);
  EXPECT_EQ(document.at("assets").size(), 13u);
}

TEST_F(Verbs, AssetsJsonIsTheGraphAndReadsNoData) {
  TemporaryFolder empty("no project");
  const ProgramResult result = run_aisle({"assets", "--json", "--project", empty.path().string()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json document = json::parse(result.out);
  std::set<std::string> seen;
  for (const json& asset : document.at("assets")) {
    for (const json& upstream : asset.at("depends_on")) {
      EXPECT_TRUE(seen.contains(upstream)) << asset.at("key") << " comes before " << upstream;
    }
    seen.insert(asset.at("key"));
    EXPECT_FALSE(asset.at("description").get<std::string>().empty());
  }
  EXPECT_EQ(seen.size(), 13u);
  const json& sales = document.at("assets").at(3);
  EXPECT_EQ(sales.at("columns").at(0).at("name"), "date");
  EXPECT_FALSE(sales.at("checks").empty());
}

TEST_F(Verbs, InitFromFilesProposesAMappingThatRuns) {
  TemporaryFolder fresh("fresh");
  const auto before = files_below(project_ / "data/raw");
  const ProgramResult init =
      run_aisle({"init", "--from", (project_ / "data/raw").string(), "--project", fresh.path().string()});
  ASSERT_EQ(init.exit_code, 0) << init.err;
  EXPECT_EQ(difference(files_below(project_ / "data/raw"), before), "");
  const ProgramResult run = run_aisle({"run", "--project", fresh.path().string()});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("Verdict: "), std::string::npos) << run.out;
}

// The same retailer's stores, named in Portuguese, and sales, in what a spreadsheet writes.
TEST_F(Verbs, FilesInOtherEncodingsGiveTheSameBytes) {
  const auto set_region = [&](const std::string& name) {
    for (std::size_t row = 1; row < retailer_.tables["dim_store_management"].size(); row += 2) {
      retailer_.at("dim_store_management", static_cast<int>(row) - 1, "regional") = name;
    }
    retailer_.write(project_.path());
  };
  set_region("São José “Sul” €");
  ASSERT_EQ(in_project({"run", "--quiet"}).exit_code, 0);
  const auto utf8 = files_below(project_ / "data/artifacts");
  const std::vector<std::string> names = {"dim_store_management", "dim_store_physical", "fact_sales"};
  for (const std::string encoding : {"WINDOWS-1252", "UTF-16", "UTF-16BE", "UTF-16LE"}) {
    TemporaryFolder fresh("encodings");
    fs::create_directories(fresh / "data");
    fs::copy(project_ / "data/raw", fresh / "data/raw", fs::copy_options::recursive);
    for (const std::string& name : names) {
      const std::string file = (fresh / ("data/raw/" + name + ".csv")).string();
      const std::string command = "iconv -f UTF-8 -t " + encoding + " '" +
                                  (project_ / ("data/raw/" + name + ".csv")).string() + "' > '" + file + "'";
      ASSERT_EQ(std::system(command.c_str()), 0) << command;  // NOLINT(cert-env33-c): a test's own words
    }
    fs::copy(project_ / "aisle.toml", fresh / "aisle.toml");
    const ProgramResult run = run_aisle({"run", "--quiet", "--project", fresh.path().string()});
    EXPECT_EQ(run.exit_code, 0) << encoding << run.err;
    for (const char* name : {"final_clustered_stores.parquet", "metrics.json"}) {
      EXPECT_EQ(read_text(fresh / "data/artifacts" / name), utf8.at(name)) << encoding << " " << name;
    }
    const ProgramResult init = run_aisle(
        {"init", "--force", "--from", (fresh / "data/raw").string(), "--project", fresh.path().string()});
    EXPECT_EQ(init.exit_code, 0) << init.err;
    std::string proposed = encoding;
    std::transform(proposed.begin(), proposed.end(), proposed.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    EXPECT_NE(read_text(fresh / "aisle.toml").find("csv.encoding = \"" + proposed + "\""), std::string::npos)
        << encoding << "\n"
        << init.out;
    const ProgramResult again = run_aisle({"run", "--quiet", "--project", fresh.path().string()});
    EXPECT_EQ(again.exit_code, 0) << encoding << again.err;
  }
}

TEST_F(Verbs, InitDoesNotReplaceOptionsUnlessAsked) {
  const ProgramResult refused = in_project({"init"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find("aisle.toml: is there already; --force replaces it"), std::string::npos)
      << refused.err;
  EXPECT_EQ(in_project({"init", "--force"}).exit_code, 0);
}

TEST_F(Verbs, EveryTemplateIsReadBack) {
  for (const char* name : {"original", "iowa", "blank"}) {
    TemporaryFolder fresh(name);
    ASSERT_EQ(run_aisle({"init", "--template", name, "--project", fresh.path().string()}).exit_code, 0);
    EXPECT_EQ(run_aisle({"status", "--project", fresh.path().string()}).exit_code, 0) << name;
  }
}

TEST_F(Verbs, GenerateMakesWhatRunReads) {
  TemporaryFolder fresh("generated");
  const std::string folder = fresh.path().string();
  ASSERT_EQ(run_aisle({"init", "--template", "original", "--project", folder}).exit_code, 0);
  const ProgramResult made = run_aisle({"generate", "--stores", "30", "--years", "1", "--project", folder});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_NE(made.out.find("A synthetic retailer"), std::string::npos);
  EXPECT_EQ(run_aisle({"run", "--project", folder}).exit_code, 0);
}

TEST_F(Verbs, JsonEventsTellTheWholeRun) {
  const auto lines = json_lines(in_project({"run", "--json"}).out);
  std::set<std::string> events;
  for (const json& line : lines) events.insert(line.at("event"));
  for (const char* event : {"stage_started", "check", "asset_made", "stage_finished", "run_finished"}) {
    EXPECT_TRUE(events.contains(event)) << event;
  }
  EXPECT_EQ(lines.at(lines.size() - 2).at("event"), "run_finished");
  EXPECT_EQ(lines.at(lines.size() - 2).at("succeeded"), true);
  EXPECT_EQ(lines.back().at("event"), "result");
  EXPECT_EQ(lines.back().at("document").at("kind"), "aisle-segments");
}

TEST_F(Verbs, ATypingErrorInSetDoesNotHarmWhatWasMade) {
  made_by({"run"});
  EXPECT_EQ(in_project({"run", "--set", "features.groups=nosuch"}).exit_code, 2);
  EXPECT_EQ(made_by({"run"}), Names{});
}

TEST_F(Verbs, TheLocaleTellsSummerAndMakesFeaturesAnew) {
  made_by({"run", "--set", "model.preset=trading"});
  const auto made = made_by({"run", "--set", "model.preset=trading", "--set", "project.locale=pt_BR"});
  ASSERT_FALSE(made.empty());
  EXPECT_EQ(made.front(), "store_features");
}

TEST_F(Verbs, AStaleUpstreamThatIsLeftOutIsSaid) {
  made_by({"run"});
  const ProgramResult result =
      in_project({"run", "--from", "cluster_model", "--set", "features.min_weeks=2"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.err.find("store_features is stale (features.min_weeks was 0, is 2) and is used as it is"),
            std::string::npos)
      << result.err;
}

TEST_F(Verbs, SparkIsRefusedWhereItIsNotBuilt) {
  const ProgramResult no_url = in_project({"run", "--set", "engine.kind=spark"});
  EXPECT_EQ(no_url.exit_code, 2);
  EXPECT_NE(no_url.err.find("engine.kind is spark and engine.spark_url is empty"), std::string::npos)
      << no_url.err;
  const ProgramResult result =
      in_project({"run", "--set", "engine.kind=spark", "--set", "engine.spark_url=sc://127.0.0.1:15002"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("engine.kind: is spark, and this build of aisle has no Spark part"),
            std::string::npos)
      << result.err;
}

TEST_F(Verbs, TwoSourcesOfOneTableAreRefused) {
  write_text(project_ / "data/raw/dim_product/part.csv", "product_id\nP00\n");
  const ProgramResult result = in_project({"run"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find(
                "dim_product: both data/raw/dim_product.csv and data/raw/dim_product are there; "
                "expected one source of a table; take one away, or name one by tables.dim_product.path"),
            std::string::npos)
      << result.err;
  const std::string status = in_project({"status"}).out;
  EXPECT_NE(status.find("one source of a table"), std::string::npos) << status;
}

TEST_F(Verbs, InitWritesWhatSetSays) {
  TemporaryFolder fresh("set");
  const std::string folder = fresh.path().string();
  ASSERT_EQ(run_aisle({"init", "--project", folder, "--set", "model.preset=original", "--set",
                       "hdbscan.min_cluster_size=9"})
                .exit_code,
            0);
  const std::string text = read_text(fresh / "aisle.toml");
  EXPECT_NE(text.find("\npreset = \"original\""), std::string::npos) << text;
  EXPECT_NE(text.find("\nmin_cluster_size = 9"), std::string::npos) << text;
  EXPECT_EQ(run_aisle({"status", "--project", folder}).exit_code, 0);
  EXPECT_EQ(run_aisle({"init", "--project", folder, "--force", "--set", "nosuch.key=1"}).exit_code, 2);
}

TEST_F(Verbs, CompletionsAndManualNameEveryVerb) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = run_aisle({"completions", shell}).out;
    for (const char* verb : kVerbs) EXPECT_NE(script.find(verb), std::string::npos) << shell << " " << verb;
  }
  const std::string page = run_aisle({"man"}).out;
  EXPECT_EQ(page.substr(0, 3), ".TH");
  EXPECT_NE(page.find("hdbscan.min_cluster_size"), std::string::npos);
}

}  // namespace
}  // namespace aisle::testing
