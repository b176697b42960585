// FAMD against what prince gave the original platform for 100 stores, and against small cases by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "aisle/cluster/famd.h"
#include "tests/reference/cluster/seed42.h"
#include "tests/reference/cluster/seed42_famd.h"

namespace aisle {
namespace {

using seed42::seed42_input;

constexpr double kTolerance = 1e-8;

nlohmann::json seed42_famd() {
  return nlohmann::json::parse(std::ifstream(seed42::path_of("famd.json")));
}

// 1 or -1: what turns `ours` to `theirs`.
double sign_between(double ours, double theirs) {
  return (ours < 0) == (theirs < 0) ? 1.0 : -1.0;
}

std::size_t largest_place(const std::vector<double>& values) {
  std::size_t place = 0;
  for (std::size_t item = 1; item < values.size(); ++item) {
    if (std::abs(values[item]) > std::abs(values[place])) place = item;
  }
  return place;
}

TEST(FamdReference, EigenvaluesAndInertiaAreThoseOfPrince) {
  const Famd famd = fit_famd(seed42_input(), 5);
  const nlohmann::json reference = seed42_famd()["exact_scipy"];
  ASSERT_EQ(famd.eigenvalues.size(), 5u);
  for (std::size_t axis = 0; axis < 5; ++axis) {
    EXPECT_NEAR(famd.eigenvalues[axis], reference["eigenvalues"][axis].get<double>(), kTolerance);
    EXPECT_NEAR(percentage_of_variance(famd)[axis], reference["percentage_of_variance"][axis].get<double>(),
                kTolerance);
  }
  EXPECT_EQ(famd.total_inertia, 9.0);
  EXPECT_NEAR(std::sqrt(famd.eigenvalues[0]), seed42_famd()["scaling_factor_sqrt_eig1"].get<double>(),
              kTolerance);
}

TEST(FamdReference, LoadingsAreThoseOfPrinceUpToSign) {
  const Famd famd = fit_famd(seed42_input(), 5);
  const nlohmann::json reference = seed42_famd()["exact_scipy"];
  EXPECT_EQ(famd.categorical_names, (std::vector<std::string>{"placement", "regional"}));
  EXPECT_EQ(famd.levels[0], reference["categories"]["placement"].get<std::vector<std::string>>());
  for (std::size_t axis = 0; axis < 5; ++axis) {
    const auto theirs =
        reference["V_right_singular_vectors_rows_are_components"][axis].get<std::vector<double>>();
    ASSERT_EQ(famd.loadings.n_rows(), theirs.size());
    const std::size_t largest = largest_place(theirs);
    const double sign = sign_between(famd.loadings(largest, axis), theirs[largest]);
    for (std::size_t row = 0; row < theirs.size(); ++row) {
      EXPECT_NEAR(famd.loadings(row, axis) * sign, theirs[row], kTolerance);
    }
  }
}

TEST(FamdReference, RowCoordinatesAreTheOriginalsUpToSign) {
  const MixedData data = seed42_input();
  const Famd famd = fit_famd(data, 5);
  const Matrix coordinates = project(famd, data);
  for (const char* file : {"X_final.csv", "X_final_exact_scipy.csv"}) {
    const Matrix theirs = seed42::matrix_of(seed42::read_csv(file));
    for (std::size_t axis = 0; axis < 5; ++axis) {
      const double sign = sign_between(coordinates(0, axis), theirs(0, axis));
      for (std::size_t row = 0; row < coordinates.n_rows(); ++row) {
        const double ours = coordinates(row, axis) / std::sqrt(famd.eigenvalues[0]) * sign;
        ASSERT_NEAR(ours, theirs(row, axis), kTolerance) << file << " row " << row << " axis " << axis;
      }
    }
  }
}

// prince's engines gave axes 1 and 5 opposite signs, and the forest trained on them another answer.
TEST(FamdReference, SignsFollowTheStatedRule) {
  const Famd famd = fit_famd(seed42_input(), 5);
  for (std::size_t axis = 0; axis < 5; ++axis) {
    std::vector<double> loadings;
    for (std::size_t row = 0; row < famd.loadings.n_rows(); ++row)
      loadings.push_back(famd.loadings(row, axis));
    EXPECT_GT(loadings[largest_place(loadings)], 0) << axis;
  }
}

// prince recomputes the levels' shares from the batch it is given: one row alone moved by 1.84.
TEST(FamdReference, ARowProjectedAloneStaysWhereItWas) {
  const MixedData data = seed42_input();
  const Famd famd = fit_famd(data, 5);
  const Matrix all = project(famd, data);
  for (const std::size_t row : {std::size_t{0}, std::size_t{41}, std::size_t{99}}) {
    MixedData one;
    one.numeric_names = data.numeric_names;
    one.numeric = Matrix(1, 2);
    for (std::size_t col = 0; col < 2; ++col) one.numeric(0, col) = data.numeric(row, col);
    for (const CategoricalColumn& column : data.categorical) {
      const std::string level = column.levels[static_cast<std::size_t>(column.codes[row])];
      one.categorical.push_back({column.name, {level}, {0}});
    }
    const Matrix alone = project(famd, one);
    for (std::size_t axis = 0; axis < 5; ++axis) EXPECT_EQ(alone(0, axis), all(row, axis));
  }
}

}  // namespace
}  // namespace aisle
