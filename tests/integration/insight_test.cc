// The insight documents through `aisle run`.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/integration/retailer_project.h"

namespace aisle {
namespace {

using testing::read_text;
using testing::write_text;
using Json = nlohmann::json;

class InsightDocuments : public testing::RetailerProject {
 protected:
  InsightDocuments() : RetailerProject("insight documents") {}

  Json document(const std::string& name) {
    return Json::parse(read_text(project_ / ("data/artifacts/insight/" + name + ".json")));
  }
};

TEST_F(InsightDocuments, ARunWritesEveryOneOfTheSameFit) {
  run_well();
  const std::string fit = Json::parse(read_text(project_ / "data/artifacts/metrics.json")).at("fit");
  const std::size_t n_stores = document("stores").at("store_id").size();
  EXPECT_EQ(n_stores, 16u);
  for (const char* name :
       {"profiles", "personas", "stores", "monthly", "prize", "change", "drivers", "data", "map"}) {
    const Json found = document(name);
    EXPECT_EQ(found.at("kind"), "aisle-" + std::string(name));
    EXPECT_EQ(found.at("format"), 1);
    EXPECT_EQ(found.at("fit"), fit) << name;
  }
  EXPECT_EQ(document("map").at("tsne").at("x").size(), n_stores);
  EXPECT_EQ(document("prize").at("store_to_median").size(), n_stores);
  EXPECT_EQ(document("data").at("checks").at("success"), true);
  EXPECT_EQ(document("data").at("options").at("model.preset"), "\"original\"");
  std::set<std::string> names;
  const Json personas = document("personas");
  for (const Json& persona : personas.at("personas")) names.insert(persona.at("name"));
  EXPECT_EQ(names.size(), document("profiles").at("clusters").size());
}

TEST_F(InsightDocuments, MonthsAddUpToTheSalesOfTheChain) {
  run_well();
  const Json monthly = document("monthly");
  EXPECT_EQ(monthly.at("months"), (Json{"2024-01", "2024-02"}));
  EXPECT_EQ(monthly.at("complete"), (Json{1, 1}));
  double sum = 0;
  for (const Json& money : monthly.at("chain")) sum += money.get<double>();
  EXPECT_NEAR(sum, document("segments").at("revenue").get<double>(), 0.01);
  double in_january = 0;
  for (const Json& store : monthly.at("sales")) in_january += store.at(0).get<double>();
  EXPECT_NEAR(in_january, monthly.at("chain").at(0).get<double>(), 0.01);
}

TEST_F(InsightDocuments, AFaultyActionsFileIsRefusedAndLeavesTheLastResultWhole) {
  run_well();
  write_text(project_ / "actions.toml", "format = 1\n[rules.big]\ncolumn = \"size_m2\"\nabove = 0\n");
  expect_refused(
      2, "actions.toml:4: above is 0; expected a multiple of the chain's value, above 0, such as 1.2");
}

TEST_F(InsightDocuments, AChangedActionsFileMakesTheDocumentsAnewAndNothingElse) {
  run_well();
  const std::string segments = read_text(project_ / "data/artifacts/insight/segments.json");
  write_text(project_ / "actions.toml",
             "format = 1\n[rules.any]\ncolumn = \"size_m2\"\nabove = 0.0001\naction = \"Sweep <b>&\"\n"
             "[rules.absent]\ncolumn = \"lift\"\nabove = 1\naction = \"Go.\"\n"
             "[standard]\ntag = \"standard\"\naction = \"Wait.\"\n");
  const auto result = run({"run"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.err.find("The rule 'absent' is left out: the store features have no lift to compare."),
            std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("= cluster_model"), std::string::npos) << result.err;
  EXPECT_EQ(read_text(project_ / "data/artifacts/insight/segments.json"), segments);
  const Json personas = document("personas");
  EXPECT_EQ(personas.at("rules").at("source"), "actions.toml");
  for (const Json& persona : personas.at("personas")) {
    EXPECT_EQ(persona.at("tags"), Json{"any"});
    EXPECT_EQ(persona.at("actions").at(0).at("action"), "Sweep <b>&");
  }
}

// Neither sizes nor labels, stock nor store names.
TEST_F(InsightDocuments, MissingColumnsLeaveWhatNeedsThemAbsentWithAReason) {
  retailer_.drop_column("dim_store_physical", "size_m2");
  retailer_.drop_column("dim_store_management", "current_cluster_label");
  retailer_.drop_column("dim_store_management", "store_name");
  retailer_.tables.erase("fact_inventory");
  run_well();
  EXPECT_EQ(document("change").at("absent"), "The stores have no current_cluster_label.");
  EXPECT_TRUE(document("stores").at("name").is_null());
  EXPECT_TRUE(document("prize").at("absent").is_string());
  EXPECT_EQ(document("personas").at("rules").at("skipped").size(), 4u);
}

}  // namespace
}  // namespace aisle
