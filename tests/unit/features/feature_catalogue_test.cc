// The heads of the SQL files, and the page that is made from them.
#include "aisle/features/feature_catalogue.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

TEST(FeatureCatalogue, EveryFileHasAWholeHead) {
  std::set<std::string> names;
  std::set<std::string> columns;
  for (const FeatureGroup& group : feature_catalogue()) {
    EXPECT_FALSE(group.title.empty()) << group.file;
    EXPECT_FALSE(group.about.empty()) << group.file;
    EXPECT_FALSE(group.needs.empty()) << group.file;
    EXPECT_FALSE(group.reads.empty()) << group.file;
    EXPECT_FALSE(group.columns.empty()) << group.file;
    EXPECT_TRUE(names.insert(group.name).second) << group.name << " is there twice";
    for (const FeatureColumn& column : group.columns) {
      EXPECT_FALSE(column.unit.empty()) << group.file << ": " << column.name;
      EXPECT_FALSE(column.about.empty()) << group.file << ": " << column.name;
      EXPECT_TRUE(columns.insert(column.name).second) << column.name << " is there twice";
    }
  }
  EXPECT_EQ(feature_catalogue().front().name, "sales");
  EXPECT_TRUE(names.contains("mix"));
}

TEST(FeatureCatalogue, AHeadIsReadKeyByKey) {
  const FeatureGroup group = read_feature_group(
      "-- group: night\n-- title: Night trade\n-- needs: fact_sales.qty, dim_product.category\n-- shape: "
      "long\n"
      "-- prefix: night_\n-- missing: 0\n-- column: night_* | share | a: b\n",
      "night.sql");
  EXPECT_EQ(group.name, "night");
  EXPECT_EQ(group.needs, (std::vector<std::string>{"fact_sales.qty", "dim_product.category"}));
  EXPECT_EQ(group.shape, QueryShape::kLong);
  EXPECT_EQ(group.missing, MissingStores::kZero);
  EXPECT_TRUE(group.switchable);
}

TEST(FeatureCatalogue, AFaultyHeadNamesFileAndLine) {
  const auto fault = [](const char* text) -> std::string {
    try {
      read_feature_group(text, "sql/x.sql");
    } catch (const DataError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(
      fault("-- group: x\n-- colum: a | b | c\nSELECT 1"),
      "sql/x.sql: line 2: there is no key 'colum'; expected group, title, about, needs, reads, switchable, "
      "shape, prefix, missing or column; docs/how-to-add-a-feature.md shows the form");
  EXPECT_EQ(fault("-- group: x\n-- column: a | b\n"),
            "sql/x.sql: line 2: column 'a | b' has 2 parts; expected name | unit | description; "
            "docs/how-to-add-a-feature.md shows the form");
  EXPECT_EQ(fault("-- group: x\n-- missing: 1\n"),
            "sql/x.sql: line 2: missing is '1'; expected '0'; docs/how-to-add-a-feature.md shows the form");
  EXPECT_EQ(fault("-- group: x\n-- words\n"),
            "sql/x.sql: line 2: '-- words' is no line of a head; expected -- key: value; "
            "docs/how-to-add-a-feature.md shows the form");
}

TEST(FeatureCatalogue, ThePageIsCurrent) {
  std::ifstream stream(std::string(AISLE_SOURCE_DIR) + "/docs/features.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_EQ(page, feature_page()) << "run scripts/write_feature_page.sh";
}

}  // namespace
}  // namespace aisle
