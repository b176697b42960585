// A column of weight 2 counts as that column twice.
#include <gtest/gtest.h>

#include <cmath>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "aisle/cluster/famd.h"

namespace aisle {
namespace {

constexpr std::size_t kRows = 60;

MixedData sample() {
  MixedData data;
  data.numeric_names = {"a", "b"};
  data.numeric = Matrix(kRows, 2);
  std::vector<std::string> levels(kRows);
  std::vector<std::string> others(kRows);
  for (std::size_t row = 0; row < kRows; ++row) {
    RandomDraws draws(7, 1, row);
    data.numeric(row, 0) = draws.normal();
    data.numeric(row, 1) = data.numeric(row, 0) + draws.normal(0, 2);
    levels[row] = std::string(1, static_cast<char>('p' + draws.below(3)));
    others[row] = std::string(1, static_cast<char>('x' + draws.below(2)));
  }
  data.categorical = {categorical_column("level", levels), categorical_column("other", others)};
  return data;
}

void expect_same_rows(const Famd& a, const Matrix& rows_a, const Famd& b, const Matrix& rows_b) {
  EXPECT_NEAR(a.total_inertia, b.total_inertia, 1e-12);
  ASSERT_EQ(a.eigenvalues.size(), b.eigenvalues.size());
  for (std::size_t axis = 0; axis < a.eigenvalues.size(); ++axis) {
    EXPECT_NEAR(a.eigenvalues[axis], b.eigenvalues[axis], 1e-12);
    const double sign = rows_a(0, axis) * rows_b(0, axis) < 0 ? -1 : 1;
    for (std::size_t row = 0; row < kRows; ++row) {
      EXPECT_NEAR(rows_a(row, axis), sign * rows_b(row, axis), 1e-10);
    }
  }
}

TEST(FamdWeights, ANumericColumnOfWeightTwoIsThatColumnTwice) {
  MixedData weighted = sample();
  weighted.numeric_weights = {2, 1};
  MixedData twice = sample();
  twice.numeric_names = {"a", "a again", "b"};
  twice.numeric = Matrix(kRows, 3);
  for (std::size_t row = 0; row < kRows; ++row) {
    twice.numeric(row, 0) = weighted.numeric(row, 0);
    twice.numeric(row, 1) = weighted.numeric(row, 0);
    twice.numeric(row, 2) = weighted.numeric(row, 1);
  }
  const Famd a = fit_famd(weighted, 4);
  const Famd b = fit_famd(twice, 4);
  expect_same_rows(a, project(a, weighted), b, project(b, twice));
}

TEST(FamdWeights, ACategoryOfWeightTwoIsThatCategoryTwice) {
  MixedData weighted = sample();
  weighted.categorical[0].weight = 2;
  MixedData twice = sample();
  twice.categorical.push_back(twice.categorical[0]);
  twice.categorical.back().name = "level again";
  const Famd a = fit_famd(weighted, 4);
  const Famd b = fit_famd(twice, 4);
  expect_same_rows(a, project(a, weighted), b, project(b, twice));
}

TEST(FamdWeights, ASmallWeightTakesNoAxisAway) {
  MixedData data = sample();
  data.numeric_weights = {0.01, 0.01};
  for (CategoricalColumn& column : data.categorical) column.weight = 0.01;
  EXPECT_EQ(fit_famd(data, 9).eigenvalues.size(), 5U);
}

TEST(FamdWeights, AWeightThatIsNotAboveZeroIsRefused) {
  MixedData data = sample();
  data.numeric_weights = {1, 0};
  EXPECT_THROW(fit_famd(data, 2), InvalidInput);
  data.numeric_weights = {1};
  EXPECT_THROW(fit_famd(data, 2), InvalidInput);
  data.numeric_weights = {};
  data.categorical[1].weight = std::nan("");
  EXPECT_THROW(fit_famd(data, 2), InvalidInput);
}

}  // namespace
}  // namespace aisle
