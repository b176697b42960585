// Many clusterings of the same points: the same bits as each by itself.
#include "aisle/cluster/shared_dbcv.h"

#include <gtest/gtest.h>

#include <cmath>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/base/random.h"

namespace aisle {
namespace {

TEST(SharedDbcv, GivesWhatDbcvGivesWhateverItHasSeenBefore) {
  constexpr std::size_t kRows = 300;
  Matrix points(kRows, 3);
  for (std::size_t row = 0; row < kRows; ++row) {
    RandomDraws draws(5, 1, row);
    for (double& value : points.row(row)) value = draws.normal() + 4.0 * static_cast<double>(row % 4);
  }
  // Clusterings that share clusters: of four groups, some are joined, some are noise.
  std::vector<std::vector<std::int32_t>> clusterings;
  for (int number = 0; number < 12; ++number) {
    std::vector<std::int32_t> labels(kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      const auto group = static_cast<std::int32_t>(row % 4);
      labels[row] = group == 3 && number % 3 == 0 ? -1 : group == 2 && number % 2 == 0 ? 1 : group;
    }
    clusterings.push_back(labels);
  }
  for (const Metric metric : {Metric::kEuclidean, Metric::kManhattan}) {
    SharedDbcv shared(points, metric);
    std::vector<Dbcv> found(clusterings.size());
    parallel_for(clusterings.size(), [&](std::size_t at) { found[at] = shared.of(clusterings[at]); });
    for (std::size_t at = 0; at < clusterings.size(); ++at) {
      const Dbcv alone = dbcv(points, clusterings[at], metric);
      EXPECT_EQ(found[at].index, alone.index);
      ASSERT_EQ(found[at].by_cluster.size(), alone.by_cluster.size());
      for (std::size_t label = 0; label < alone.by_cluster.size(); ++label) {
        EXPECT_TRUE(found[at].by_cluster[label] == alone.by_cluster[label] ||
                    (std::isnan(found[at].by_cluster[label]) && std::isnan(alone.by_cluster[label])));
      }
    }
    EXPECT_TRUE(std::isnan(shared.of(std::vector<std::int32_t>(kRows, 0)).index));
    EXPECT_THROW(shared.of(std::vector<std::int32_t>(3, 0)), InvalidInput);
  }
}

}  // namespace
}  // namespace aisle
