// Out-of-bag error and permutation importance beside scikit-learn's forest: other draws, so within a
// tolerance.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "aisle/cluster/forest.h"
#include "tests/support/csv.h"

namespace aisle {
namespace {

TEST(ForestEvaluationReference, ErrorAndImportanceAreAsInScikitLearn) {
  const std::string folder = std::string(AISLE_SOURCE_DIR) + "/tests/data/forest/";
  const testing::Csv csv = testing::read_csv(folder + "input.csv");
  const nlohmann::json expected = nlohmann::json::parse(std::ifstream(folder + "expected.json"));
  Matrix points(csv.n_rows(), 6);
  for (std::size_t col = 0; col < 6; ++col) {
    const std::vector<double> values = csv.doubles(csv.names[col]);
    for (std::size_t row = 0; row < values.size(); ++row) points(row, col) = values[row];
  }
  const std::vector<std::int32_t> labels = csv.ints("label");
  const ForestParameters parameters{.n_trees = 200};
  const Forest forest = fit_forest(points, labels, parameters);
  // Four deviations of scikit-learn's own seeds.
  EXPECT_NEAR(out_of_bag(forest, points, labels, parameters).error,
              expected["out_of_bag_error"].get<double>(),
              4 * expected["out_of_bag_error_deviation"].get<double>());
  const ForestImportance importance = permutation_importance(forest, points, labels, parameters);
  for (std::size_t col = 0; col < 6; ++col) {
    EXPECT_NEAR(importance.mean[col], expected["importance"][col].get<double>(),
                4 * expected["importance_deviation"][col].get<double>())
        << col;
    if (col > 0 && col < 4) {
      EXPECT_LT(importance.mean[col], importance.mean[col - 1]) << col;
    }
  }
}

}  // namespace
}  // namespace aisle
