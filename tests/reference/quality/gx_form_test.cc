// The result documents have the form of Great Expectations' own: the keys, and how they are filled, of
// tests/data/gx/validation_result.json, which Great Expectations 1.24.1 wrote of five orders. The same orders
// are checked here by the same suite.
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/quality/quality_project.h"

namespace aisle {
namespace {

using nlohmann::json;

std::set<std::string> keys_of(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

// The result in `document` of the expectation that Great Expectations gave this id.
json by_id(const json& document, const std::string& id) {
  for (const json& result : document["results"]) {
    if (result["expectation_config"].value("id", "") == id) return result;
  }
  return json();
}

class GxForm : public ::testing::Test {
 protected:
  GxForm() {
    project_.options.quality.defaults = false;
    // The orders that the reference was made of, read off its lists of unexpected values.
    project_.table("dim_product",
                   "SELECT * FROM (VALUES (1.0::DOUBLE, 'new', 10.0::DOUBLE, 'a@b', 1, 1, 2), "
                   "(2.0, 'paid', -1.0, 'c@d', 2, 1, 2), (3.0, 'bad', 8.5, 'nope', 3, 3, 2), "
                   "(3.0, 'new', 10.0, NULL, 9, 1, 2), (NULL, 'paid', 1000.0, 'e@f', 1, 1, 2)) "
                   "v(id, status, amount, email, customer_id, start, \"end\")");
    write_file(project_.paths.root / "orders.json", read_file(AISLE_SOURCE_DIR "/tests/data/gx/suite.json"));
    project_.options.quality.suites = {"dim_product=orders.json"};
    project_.check();
    made_ = project_.document("dim_product.orders_suite_validation.json");
    reference_ = json::parse(read_file(AISLE_SOURCE_DIR "/tests/data/gx/validation_result.json"));
  }

  QualityProject project_;
  json made_, reference_;
};

TEST_F(GxForm, TheDocumentHasTheSameKeys) {
  EXPECT_EQ(keys_of(made_), keys_of(reference_));
  EXPECT_EQ(made_["suite_name"], reference_["suite_name"]);
  EXPECT_EQ(made_["statistics"], reference_["statistics"]);
  for (const std::string& key : keys_of(reference_["meta"])) EXPECT_TRUE(made_["meta"].contains(key)) << key;
  EXPECT_EQ(keys_of(made_["meta"]["run_id"]), keys_of(reference_["meta"]["run_id"]));
  EXPECT_EQ(keys_of(made_["meta"]["active_batch_definition"]),
            keys_of(reference_["meta"]["active_batch_definition"]));
  EXPECT_EQ(made_["meta"]["validation_time"], "2024-05-05T00:00:00+00:00");
  EXPECT_EQ(made_["meta"]["run_id"]["run_time"], "2024-05-05T00:00:00+00:00");
}

TEST_F(GxForm, EachResultIsTheReferences) {
  ASSERT_EQ(made_["results"].size(), 9u);
  for (const json& expected : reference_["results"]) {
    const std::string id = expected["expectation_config"]["id"];
    const json result = by_id(made_, id);
    ASSERT_FALSE(result.is_null()) << id;
    const std::string type = expected["expectation_config"]["type"];
    EXPECT_EQ(keys_of(result), keys_of(expected)) << type;
    EXPECT_EQ(result["success"], expected["success"]) << type;
    EXPECT_EQ(result["exception_info"], expected["exception_info"]) << type;
    json kwargs = expected["expectation_config"]["kwargs"];
    kwargs["batch_id"] = "aisle-dim_product";
    EXPECT_EQ(result["expectation_config"]["kwargs"], kwargs) << type;
    EXPECT_EQ(result["expectation_config"]["severity"], expected["expectation_config"]["severity"]) << type;
    // Row numbers and the query are Pandas' own; ours are keys and SQL. The rest is equal to the last digit.
    for (const auto& [key, value] : expected["result"].items()) {
      ASSERT_TRUE(result["result"].contains(key)) << type << " " << key;
      if (key.find("index") != std::string::npos) continue;
      if (key.find("list") != std::string::npos) {
        // The reference lists in the order of its rows, which a table does not have.
        json sorted = result["result"][key], wanted = value;
        std::sort(sorted.begin(), sorted.end());
        std::sort(wanted.begin(), wanted.end());
        EXPECT_EQ(sorted, wanted) << type << " " << key;
      } else {
        EXPECT_EQ(result["result"][key], value) << type << " " << key;
      }
    }
  }
}

TEST_F(GxForm, TheMessageForPeopleStandsInMeta) {
  const json result = by_id(made_, "26a10ae2-7bdf-49be-a6b3-0bc992be9fe5");
  EXPECT_EQ(result["meta"]["aisle"]["message"], "1 of 5 rows: status is not one of new, paid");
}

}  // namespace
}  // namespace aisle
