// Row weights, supplementary rows and columns, and the edges of FAMD's outputs.
#include "aisle/cluster/famd_outputs.h"

#include <gtest/gtest.h>

#include <cmath>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "tests/support/threads.h"

namespace aisle {
namespace {

// Two numbers that hang together, one constant; two categories, one with a single level.
MixedData sample(std::size_t n_rows) {
  MixedData data;
  data.numeric_names = {"a", "b", "constant"};
  data.numeric = Matrix(n_rows, 3);
  std::vector<std::string> levels(n_rows);
  for (std::size_t row = 0; row < n_rows; ++row) {
    RandomDraws draws(51, 1, row);
    data.numeric(row, 0) = draws.normal();
    data.numeric(row, 1) = data.numeric(row, 0) + draws.normal(0, 2);
    data.numeric(row, 2) = 0.1;
    levels[row] = std::string(1, static_cast<char>('p' + draws.below(3)));
  }
  data.categorical = {categorical_column("level", levels),
                      categorical_column("land", std::vector<std::string>(n_rows, "one"))};
  return data;
}

MixedData rows_of(const MixedData& data, const std::vector<std::size_t>& rows) {
  MixedData result = data;
  result.numeric = Matrix(rows.size(), data.numeric.n_cols());
  result.row_weights.clear();
  for (CategoricalColumn& column : result.categorical) column.codes.clear();
  for (std::size_t place = 0; place < rows.size(); ++place) {
    std::copy_n(data.numeric.row(rows[place]).begin(), 3, result.numeric.row(place).begin());
    for (std::size_t column = 0; column < 2; ++column) {
      result.categorical[column].codes.push_back(data.categorical[column].codes[rows[place]]);
    }
  }
  return result;
}

template <typename Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(FamdOutputs, ARowOfWeightTwoIsThatRowTwice) {
  MixedData data = sample(40);
  data.row_weights.assign(40, 1);
  data.row_weights[3] = 2;
  data.row_weights[17] = 0;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < 40; ++row) {
    if (row != 17) rows.push_back(row);
  }
  rows.push_back(3);
  const Famd weighted = fit_famd(data, 4);
  const Famd repeated = fit_famd(rows_of(data, rows), 4);
  ASSERT_EQ(weighted.eigenvalues.size(), 4u);
  EXPECT_EQ(weighted.n_rows, 39u);
  for (std::size_t axis = 0; axis < 4; ++axis) {
    EXPECT_NEAR(weighted.eigenvalues[axis], repeated.eigenvalues[axis], 1e-12);
    for (std::size_t row = 0; row < weighted.loadings.n_rows(); ++row) {
      EXPECT_NEAR(weighted.loadings(row, axis), repeated.loadings(row, axis), 1e-10);
    }
  }
}

// A row of weight 0 may have a level that no row of the fit has: it is supplementary.
TEST(FamdOutputs, ARowOfWeightZeroIsProjectedAndMakesNoAxis) {
  MixedData data = sample(40);
  const Famd without = fit_famd(data, 4);
  MixedData more = sample(41);
  more.numeric(40, 0) = 1e9;
  more.categorical[1] = {"land", {"one", "two"}, more.categorical[1].codes};
  more.categorical[1].codes[40] = 1;
  more.row_weights.assign(41, 1);
  more.row_weights[40] = 0;
  const Famd with = fit_famd(more, 4);
  EXPECT_EQ(with.eigenvalues, without.eigenvalues);
  EXPECT_EQ(with.levels, without.levels);
  const FamdRows rows = famd_rows(with, more);
  EXPECT_GT(std::abs(rows.coordinates(40, 0)), 1e6);
  EXPECT_EQ(rows.contributions(40, 0), 0.0);
  EXPECT_EQ(project(without, more)(40, 0), rows.coordinates(40, 0));
}

TEST(FamdOutputs, ContributionsAddUpToOneAndCos2OverAllAxesToo) {
  MixedData data = sample(200);
  data.numeric_weights = {1, 3, 1};
  const Famd famd = fit_famd(data, 9);
  ASSERT_EQ(famd.eigenvalues.size(), 4u);
  const FamdRows rows = famd_rows(famd, data);
  const FamdColumns columns = famd_columns(famd);
  const FamdVariables variables = famd_variables(famd);
  for (std::size_t axis = 0; axis < 4; ++axis) {
    for (const Matrix* matrix : {&rows.contributions, &columns.contributions, &variables.contributions}) {
      double sum = 0;
      for (std::size_t row = 0; row < matrix->n_rows(); ++row) sum += (*matrix)(row, axis);
      EXPECT_NEAR(sum, 1, 1e-10);
    }
  }
  const auto expect_whole = [](const Matrix& cos2, std::size_t row) {
    double sum = 0;
    for (const double value : cos2.row(row)) sum += value;
    EXPECT_NEAR(sum, 1, 1e-10) << row;
  };
  for (std::size_t row = 0; row < 200; ++row) expect_whole(rows.cos2, row);
  for (const std::size_t row : {0, 1, 4, 5, 6}) expect_whole(columns.cos2, row);
  EXPECT_NEAR(cumulative_percentage_of_variance(famd).back(), 100, 1e-10);
}

TEST(FamdOutputs, WhatDoesNotVaryIsZeroEverywhere) {
  const MixedData data = sample(50);
  const Famd famd = fit_famd(data, 4);
  const FamdColumns columns = famd_columns(famd);
  const FamdSupplementary other = famd_supplementary(famd, data, data);
  for (std::size_t axis = 0; axis < 4; ++axis) {
    for (const std::size_t row : {2, 3}) {  // the constant, and the only level of "land"
      for (const Matrix* matrix : {&columns.coordinates, &columns.cos2, &columns.v_tests}) {
        EXPECT_NEAR((*matrix)(row, axis), 0, 1e-12) << row;
        EXPECT_TRUE(std::isfinite((*matrix)(row, axis)));
      }
    }
    EXPECT_EQ(other.correlations(2, axis), 0.0);
    EXPECT_NEAR(other.barycentres(0, axis), 0.0, 1e-12);
    EXPECT_EQ(other.v_tests(0, axis), 0.0);
  }
}

// A column of the fit, described as a supplementary one, is where the fit has it.
TEST(FamdOutputs, AColumnOfTheFitAsSupplementaryIsItself) {
  MixedData data = sample(300);
  data.categorical[0].weight = 2;
  data.numeric_weights = {0.5, 1, 1};
  data.row_weights.assign(300, 1);
  for (std::size_t row = 0; row < 300; row += 3) data.row_weights[row] = 0.25;
  const Famd famd = fit_famd(data, 4);
  const FamdColumns columns = famd_columns(famd);
  const FamdVariables variables = famd_variables(famd);
  const FamdSupplementary other = famd_supplementary(famd, data, data);
  EXPECT_EQ(other.categorical_names, famd.categorical_names);
  for (std::size_t axis = 0; axis < 4; ++axis) {
    for (std::size_t col = 0; col < 3; ++col) {
      EXPECT_NEAR(other.correlations(col, axis), columns.coordinates(col, axis), 1e-12);
    }
    for (std::size_t level = 0; level < 4; ++level) {
      EXPECT_NEAR(other.barycentres(level, axis), columns.coordinates(3 + level, axis), 1e-12);
      EXPECT_NEAR(other.v_tests(level, axis), columns.v_tests(3 + level, axis), 1e-9);
      if (level > 0) {
        EXPECT_NEAR(other.level_cos2(level, axis), columns.cos2(3 + level, axis), 1e-12);
      }
    }
    EXPECT_NEAR(other.correlation_ratios(1, axis), variables.coordinates(4, axis), 1e-12);
  }
}

TEST(FamdOutputs, TheSameBitsForAnyNumberOfThreads) {
  MixedData data = sample(30000);
  data.row_weights.assign(30000, 1);
  for (std::size_t row = 0; row < 30000; row += 7) data.row_weights[row] = 1.0 / 3;
  const auto make = [&] {
    const Famd famd = fit_famd(data, 3);
    return std::pair(famd_rows(famd, data), famd_supplementary(famd, data, data));
  };
  testing::expect_same_for_any_threads(make, [](const auto& a, const auto& b) {
    return testing::same_values(a.first.coordinates, b.first.coordinates) &&
           testing::same_values(a.first.contributions, b.first.contributions) &&
           testing::same_values(a.first.cos2, b.first.cos2) &&
           testing::same_values(a.second.correlations, b.second.correlations) &&
           testing::same_values(a.second.level_cos2, b.second.level_cos2);
  });
}

TEST(FamdOutputs, RefusesWhatItCannotUse) {
  const auto refusal = [](std::vector<double> weights) {
    MixedData data = sample(3);
    data.row_weights = std::move(weights);
    return message_of([&] { fit_famd(data, 2); });
  };
  EXPECT_EQ(refusal({1, 2}), "famd: 2 row weights for 3 rows; expected a weight for each row, or none");
  EXPECT_EQ(refusal({1, 2, -1}), "famd: row 2 has the weight -1; expected a finite weight of 0 or more");
  EXPECT_EQ(refusal({0, 0, 0}), "famd: every row has the weight 0; expected a row of a weight above 0");
  const Famd famd = fit_famd(sample(30), 2);
  EXPECT_EQ(message_of([&] { famd_supplementary(famd, sample(30), sample(29)); }),
            "famd: 29 supplementary rows; expected 30, the rows of the fit");
  Famd stored = famd;
  stored.level_distances.clear();
  EXPECT_EQ(message_of([&] { famd_columns(stored); }),
            "famd: the fit has 0 level distances for 4 levels; expected a fit by fit_famd");
}

}  // namespace
}  // namespace aisle
