// The points of a search: which options they have, and what they are said to differ in.
#include "aisle/segment/search_space.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "aisle/project/options_edit.h"
#include "tests/unit/segment/synthetic_stores.h"

namespace aisle {
namespace {

Options options(const std::vector<std::string>& overrides) {
  return parse_options("[model]\npreset = \"original\"\n", "aisle.toml", overrides);
}

bool holds(const std::vector<std::string>& settings, const std::string& setting) {
  return std::find(settings.begin(), settings.end(), setting) != settings.end();
}

// The base with a point's settings, as a run or an adoption takes them.
Options applied(std::vector<std::string> overrides, const TunePoint& point) {
  overrides.insert(overrides.end(), point.settings.begin(), point.settings.end());
  return options(overrides);
}

TEST(SearchSpace, APointIsHdbscansWhateverTheProjectsMethodIs) {
  SearchSpace space;
  space.min_samples = {2, 3};
  for (const std::string method : {"kmeans", "gaussian_mixture"}) {
    const std::vector<std::string> base = {"model.method=" + method};
    for (const TunePoint& point : grid_points(space, options(base), synthetic_stores(60))) {
      EXPECT_TRUE(holds(point.settings, "model.method=\"hdbscan\"")) << method;
      EXPECT_EQ(applied(base, point).model.method, ClusterMethod::kHdbscan);
      EXPECT_EQ(canonical_options(applied(base, point), cluster_sections()),
                canonical_options(point.options, cluster_sections()));
    }
  }
  for (const TunePoint& point : grid_points(space, options({}), synthetic_stores(60)))
    EXPECT_FALSE(holds(point.settings, "model.method=\"hdbscan\""));
}

TEST(SearchSpace, ThePlannersFewestStoresNeverLowerASize) {
  const auto sizes_of = [](int min_stores, std::vector<int> sizes, const std::string& size) {
    SearchSpace space;
    space.min_stores = min_stores;
    space.min_cluster_sizes = std::move(sizes);
    std::vector<int> found;
    for (const TunePoint& point :
         grid_points(space, options({"hdbscan.min_cluster_size=" + size}), synthetic_stores(1000))) {
      found.push_back(min_cluster_size_for(point.options.hdbscan, 1000));
    }
    return found;
  };
  // One in fifty of 1,000 stores is 20.
  EXPECT_EQ(sizes_of(8, {}, "0"), (std::vector<int>{20}));
  EXPECT_EQ(sizes_of(30, {}, "0"), (std::vector<int>{30}));
  EXPECT_EQ(sizes_of(8, {0, 5, 12}, "5"), (std::vector<int>{20, 8, 12}));
  EXPECT_EQ(sizes_of(8, {}, "5"), (std::vector<int>{8}));
  EXPECT_EQ(sizes_of(8, {}, "9"), (std::vector<int>{9}));
}

}  // namespace
}  // namespace aisle
