// FAMD against a singular value decomposition of the whole of Z, over random tables.
#include <gtest/gtest.h>

#include <cmath>
#include <eigen3/Eigen/SVD>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "aisle/cluster/famd.h"
#include "tests/support/threads.h"

namespace aisle {
namespace {

// "n0", "c3": a letter and a digit.
std::string short_name(char letter, std::size_t digit) {
  return {letter, static_cast<char>('0' + digit)};
}

MixedData random_data(std::uint64_t number) {
  RandomDraws draws(21, 1, number);
  const std::size_t n_rows = 3 + draws.below(number % 5 == 0 ? 3000 : 60);
  const std::size_t n_numeric = draws.below(6);
  const std::size_t n_categorical = n_numeric == 0 ? 1 + draws.below(3) : draws.below(4);
  MixedData data;
  data.numeric = Matrix(n_rows, n_numeric);
  for (std::size_t col = 0; col < n_numeric; ++col) {
    data.numeric_names.push_back(short_name('n', col));
    const double offset = draws.below(3) == 0 ? 1e5 : 0;
    const bool is_constant = draws.below(8) == 0;
    const bool is_copy = col > 0 && draws.below(8) == 0;
    for (std::size_t row = 0; row < n_rows; ++row) {
      double& value = data.numeric(row, col);
      value = is_constant ? 0.1 : is_copy ? 3 * data.numeric(row, col - 1) : offset + draws.normal();
    }
  }
  for (std::size_t column = 0; column < n_categorical; ++column) {
    const std::uint32_t n_levels = 1 + draws.below(6);
    std::vector<std::string> values(n_rows);
    for (std::string& value : values) value = short_name('v', draws.below(n_levels));
    // Names run against the order given.
    data.categorical.push_back(categorical_column(short_name('c', 9 - column), values));
  }
  return data;
}

// Z as the definition has it: z-scores, then for each level (indicator - share) / sqrt(share).
Eigen::MatrixXd whole_z(const MixedData& data) {
  const auto n = static_cast<Eigen::Index>(data.n_rows());
  std::vector<Eigen::VectorXd> columns;
  for (std::size_t col = 0; col < data.numeric.n_cols(); ++col) {
    Eigen::VectorXd values(n);
    for (Eigen::Index row = 0; row < n; ++row) values(row) = data.numeric(static_cast<std::size_t>(row), col);
    const bool is_constant = values.maxCoeff() == values.minCoeff();
    values.array() -= values.mean();
    const double deviation = std::sqrt(values.squaredNorm() / static_cast<double>(n));
    columns.push_back(is_constant ? Eigen::VectorXd(Eigen::VectorXd::Zero(n))
                                  : Eigen::VectorXd(values / deviation));
  }
  std::vector<CategoricalColumn> categorical = data.categorical;
  std::sort(categorical.begin(), categorical.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const CategoricalColumn& column : categorical) {
    for (std::size_t level = 0; level < column.levels.size(); ++level) {
      Eigen::VectorXd indicator(n);
      for (Eigen::Index row = 0; row < n; ++row) {
        indicator(row) =
            column.codes[static_cast<std::size_t>(row)] == static_cast<std::int32_t>(level) ? 1 : 0;
      }
      const double share = indicator.mean();
      columns.push_back((indicator.array() - share) / std::sqrt(share));
    }
  }
  Eigen::MatrixXd z(n, static_cast<Eigen::Index>(columns.size()));
  for (std::size_t col = 0; col < columns.size(); ++col) z.col(static_cast<Eigen::Index>(col)) = columns[col];
  return z;
}

TEST(FamdProperty, EqualsTheDecompositionOfTheWholeOfZ) {
  std::size_t n_compared = 0;
  for (std::uint64_t number = 0; number < 300; ++number) {
    SCOPED_TRACE(number);
    const MixedData data = random_data(number);
    const Eigen::MatrixXd z = whole_z(data);
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(z / std::sqrt(static_cast<double>(data.n_rows())),
                                                Eigen::ComputeThinU | Eigen::ComputeThinV);
    const Eigen::VectorXd eigenvalues = svd.singularValues().array().square();
    const Famd famd = fit_famd(data, 100);
    const Matrix coordinates = project(famd, data);
    const std::size_t n_axes = famd.eigenvalues.size();
    EXPECT_NEAR(eigenvalues.sum(), famd.total_inertia, 1e-9);
    EXPECT_NEAR(std::accumulate(famd.eigenvalues.begin(), famd.eigenvalues.end(), 0.0), famd.total_inertia,
                1e-9);
    for (std::size_t axis = 0; axis < n_axes; ++axis) {
      const auto place = static_cast<Eigen::Index>(axis);
      EXPECT_NEAR(famd.eigenvalues[axis], eigenvalues(place), 1e-9);
      // A vector is defined (up to sign) only where its eigenvalue stands apart.
      const double before = axis > 0 ? eigenvalues(place - 1) : 1e9;
      const double after = place + 1 < eigenvalues.size() ? eigenvalues(place + 1) : 0.0;
      if (before - eigenvalues(place) < 1e-3 || eigenvalues(place) - after < 1e-3) continue;
      const Eigen::VectorXd vector = svd.matrixV().col(place);
      double dot = 0;
      for (Eigen::Index row = 0; row < vector.size(); ++row) {
        dot += vector(row) * famd.loadings(static_cast<std::size_t>(row), axis);
      }
      EXPECT_NEAR(std::abs(dot), 1.0, 1e-9);
      const Eigen::VectorXd expected = z * vector * (dot < 0 ? -1.0 : 1.0);
      for (std::size_t row = 0; row < data.n_rows(); ++row) {
        ASSERT_NEAR(coordinates(row, axis), expected(static_cast<Eigen::Index>(row)), 1e-8);
      }
      ++n_compared;
    }
  }
  EXPECT_GT(n_compared, 500u);
}

TEST(FamdProperty, MeanSquareOfAnAxisIsItsEigenvalue) {
  const MixedData data = random_data(5);
  const Famd famd = fit_famd(data, 5);
  const Matrix coordinates = project(famd, data);
  for (std::size_t axis = 0; axis < famd.eigenvalues.size(); ++axis) {
    double squares = 0;
    for (std::size_t row = 0; row < data.n_rows(); ++row) squares += std::pow(coordinates(row, axis), 2);
    EXPECT_NEAR(squares / static_cast<double>(data.n_rows()), famd.eigenvalues[axis], 1e-10);
  }
}

TEST(FamdProperty, TheSameBitsForAnyNumberOfThreads) {
  MixedData data;
  constexpr std::size_t kRows = 40000;
  data.numeric_names = {"a", "b", "c"};
  data.numeric = Matrix(kRows, 3);
  std::vector<std::string> levels(kRows);
  for (std::size_t row = 0; row < kRows; ++row) {
    RandomDraws draws(22, 1, row);
    for (double& value : data.numeric.row(row)) value = draws.normal(3, 2);
    levels[row] = std::to_string(draws.below(12));
  }
  data.categorical = {categorical_column("level", levels)};
  const auto make = [&] {
    const Famd famd = fit_famd(data, 4);
    return std::pair(famd.eigenvalues, project(famd, data));
  };
  testing::expect_same_for_any_threads(make, [](const auto& a, const auto& b) {
    return a.first == b.first && testing::same_values(a.second, b.second);
  });
}

}  // namespace
}  // namespace aisle
