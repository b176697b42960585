// The fit: moments by blocks, eigenvectors, signs.
#include "aisle/cluster/famd.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/famd_input.h"

namespace aisle {
namespace {

// Means by deviations from the first row, so that a constant column has exactly its value as mean, whatever
// rounding does to sums.
void fit_numeric(const Matrix& numeric, Famd& famd) {
  const std::size_t n_rows = numeric.n_rows();
  const std::size_t n_cols = numeric.n_cols();
  famd.means.resize(n_cols);
  famd.deviations.resize(n_cols);
  parallel_for(n_cols, [&](std::size_t col) {
    const double origin = numeric(0, col);
    double sum = 0;
    double low = origin;
    double high = origin;
    for (std::size_t row = 0; row < n_rows; ++row) {
      const double value = numeric(row, col);
      sum += value - origin;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    const double mean = origin + sum / static_cast<double>(n_rows);
    double squares = 0;
    for (std::size_t row = 0; row < n_rows; ++row) {
      const double difference = numeric(row, col) - mean;
      squares += difference * difference;
    }
    famd.means[col] = mean;
    // A spread of a few units in the last place is rounding: such a column says nothing.
    const double magnitude = std::max(std::abs(low), std::abs(high));
    const bool constant = high - low <= 8 * std::numeric_limits<double>::epsilon() * magnitude;
    famd.deviations[col] = constant ? 0.0 : std::sqrt(squares / static_cast<double>(n_rows));
  });
}

// The fit's categorical columns in order, with each row's place among the levels that occur.
struct LevelPlan {
  std::vector<const CategoricalColumn*> columns;    // by name
  std::vector<std::vector<std::int32_t>> place_of;  // by column, code -> index among all kept levels
  std::vector<double> shares;                       // by kept level
};

LevelPlan fit_categorical(const MixedData& data, Famd& famd) {
  LevelPlan plan;
  for (const CategoricalColumn& column : data.categorical) plan.columns.push_back(&column);
  std::sort(plan.columns.begin(), plan.columns.end(),
            [](const auto* left, const auto* right) { return left->name < right->name; });
  const auto n_rows = static_cast<double>(data.n_rows());
  for (const CategoricalColumn* column : plan.columns) {
    std::vector<std::int64_t> counts(column->levels.size());
    for (const std::int32_t code : column->codes) ++counts[static_cast<std::size_t>(code)];
    famd.categorical_names.push_back(column->name);
    famd.categorical_weights.push_back(column->weight);
    auto& levels = famd.levels.emplace_back();
    auto& shares = famd.shares.emplace_back();
    auto& place_of = plan.place_of.emplace_back(counts.size(), -1);
    for (std::size_t code = 0; code < counts.size(); ++code) {
      if (counts[code] == 0) continue;
      place_of[code] = static_cast<std::int32_t>(plan.shares.size());
      levels.push_back(column->levels[code]);
      shares.push_back(static_cast<double>(counts[code]) / n_rows);
      plan.shares.push_back(shares.back());
    }
  }
  return plan;
}

// Sums over some rows: z_a z_b (lower triangle), z_a by level, and rows by pair of levels.
struct Moments {
  Moments(std::size_t n_numeric, std::size_t n_levels)
      : products(n_numeric, n_numeric), by_level(n_levels, n_numeric), pairs(n_levels, n_levels) {}
  Matrix products;
  Matrix by_level;
  Matrix pairs;  // counts, exact in double
};

void add_rows(const MixedData& data, const Famd& famd, const LevelPlan& plan, std::size_t begin,
              std::size_t end, Moments& moments) {
  const std::size_t n_numeric = famd.means.size();
  std::vector<double> z(n_numeric);
  std::vector<std::size_t> places(plan.columns.size());
  for (std::size_t row = begin; row < end; ++row) {
    for (std::size_t col = 0; col < n_numeric; ++col) {
      z[col] =
          famd.deviations[col] > 0 ? (data.numeric(row, col) - famd.means[col]) / famd.deviations[col] : 0;
      for (std::size_t other = 0; other <= col; ++other) moments.products(col, other) += z[col] * z[other];
    }
    for (std::size_t column = 0; column < places.size(); ++column) {
      const auto code = static_cast<std::size_t>(plan.columns[column]->codes[row]);
      places[column] = static_cast<std::size_t>(plan.place_of[column][code]);
      for (std::size_t col = 0; col < n_numeric; ++col) moments.by_level(places[column], col) += z[col];
      for (std::size_t other = 0; other <= column; ++other) moments.pairs(places[column], places[other]) += 1;
    }
  }
}

void add_matrix(const Matrix& from, Matrix& to) {
  for (std::size_t cell = 0; cell < from.n_rows() * from.n_cols(); ++cell)
    to.data()[cell] += from.data()[cell];
}

// The number of chunks depends on the sizes alone, never on threads; many columns get fewer chunks, so that
// memory stays within a small multiple of p^2.
Moments all_moments(const MixedData& data, const Famd& famd, const LevelPlan& plan) {
  const std::size_t n_rows = data.n_rows();
  const std::size_t n_numeric = famd.means.size();
  const std::size_t n_levels = plan.shares.size();
  const std::size_t n_cells = std::max<std::size_t>(1, (n_numeric + n_levels) * (n_numeric + n_levels));
  const std::size_t n_chunks =
      std::clamp<std::size_t>(std::min((std::size_t{1} << 22) / n_cells, n_rows / 1024), 1, 16);
  const std::size_t rows_per_chunk = (n_rows + n_chunks - 1) / n_chunks;
  std::vector<Moments> partial(n_chunks, Moments(n_numeric, n_levels));
  parallel_for(n_chunks, [&](std::size_t chunk) {
    const std::size_t begin = std::min(n_rows, chunk * rows_per_chunk);
    add_rows(data, famd, plan, begin, std::min(n_rows, begin + rows_per_chunk), partial[chunk]);
  });
  for (std::size_t chunk = 1; chunk < n_chunks; ++chunk) {
    add_matrix(partial[chunk].products, partial[0].products);
    add_matrix(partial[chunk].by_level, partial[0].by_level);
    add_matrix(partial[chunk].pairs, partial[0].pairs);
  }
  return std::move(partial[0]);
}

// Multiplies cell (a, b) by sqrt(weight of a x weight of b); levels have their column's weight.
void weigh(const Famd& famd, const std::vector<std::size_t>& column_of, Eigen::MatrixXd& moments) {
  std::vector<double> roots;
  for (const double weight : famd.numeric_weights) roots.push_back(std::sqrt(weight));
  for (const std::size_t column : column_of) roots.push_back(std::sqrt(famd.categorical_weights[column]));
  for (std::size_t row = 0; row < roots.size(); ++row) {
    for (std::size_t col = 0; col <= row; ++col) {
      moments(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(col)) *= roots[row] * roots[col];
    }
  }
}

// Z'Z / n, lower triangle, in closed form: the indicators' centring and scaling act on sums and counts.
Eigen::MatrixXd second_moments(const Moments& moments, const Famd& famd, const LevelPlan& plan,
                               double n_rows) {
  const std::size_t n_numeric = famd.means.size();
  const std::size_t n_levels = plan.shares.size();
  const auto size = static_cast<Eigen::Index>(n_numeric + n_levels);
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size, size);
  const auto cell = [&](std::size_t row, std::size_t col) -> double& {
    return result(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(col));
  };
  for (std::size_t row = 0; row < n_numeric; ++row) {
    for (std::size_t col = 0; col <= row; ++col) cell(row, col) = moments.products(row, col) / n_rows;
  }
  std::vector<std::size_t> column_of;
  for (std::size_t column = 0; column < famd.levels.size(); ++column) {
    column_of.insert(column_of.end(), famd.levels[column].size(), column);
  }
  for (std::size_t level = 0; level < n_levels; ++level) {
    const double root = std::sqrt(plan.shares[level]);
    for (std::size_t col = 0; col < n_numeric; ++col) {
      cell(n_numeric + level, col) = moments.by_level(level, col) / n_rows / root;
    }
    for (std::size_t other = 0; other <= level; ++other) {
      const double both = moments.pairs(level, other) / n_rows;
      const double expected = plan.shares[level] * plan.shares[other];
      // The only level of its column: its centred indicator is zero, also where rounding would say otherwise.
      const bool alone =
          famd.levels[column_of[level]].size() == 1 || famd.levels[column_of[other]].size() == 1;
      cell(n_numeric + level, n_numeric + other) =
          alone ? 0.0 : (both - expected) / (root * std::sqrt(plan.shares[other]));
    }
  }
  weigh(famd, column_of, result);
  return result;
}

// Turns the axis so that the first column among those tied for the largest absolute loading is positive.
void fix_sign(Matrix& loadings, std::size_t axis) {
  double largest = 0;
  for (std::size_t row = 0; row < loadings.n_rows(); ++row) {
    largest = std::max(largest, std::abs(loadings(row, axis)));
  }
  std::size_t first = 0;
  while (std::abs(loadings(first, axis)) < largest * (1 - 1e-9)) ++first;
  if (loadings(first, axis) >= 0) return;
  for (std::size_t row = 0; row < loadings.n_rows(); ++row) loadings(row, axis) = -loadings(row, axis);
}

}  // namespace

Famd fit_famd(const MixedData& data, int n_components) {
  if (n_components < 1) famd_input::refuse(fmt::format("n_components is {}", n_components), "at least 1");
  if (data.numeric_names.empty() && data.categorical.empty()) famd_input::refuse("no columns", "at least 1");
  if (data.n_rows() == 0) famd_input::refuse("no rows", "at least 1");
  famd_input::check_names(data);
  famd_input::check_numeric(data);
  famd_input::check_categorical(data, 0);
  famd_input::check_weights(data);

  Famd famd;
  famd.numeric_names = data.numeric_names;
  famd.numeric_weights = data.numeric_weights;
  if (famd.numeric_weights.empty()) famd.numeric_weights.assign(famd.numeric_names.size(), 1.0);
  fit_numeric(data.numeric, famd);
  const LevelPlan plan = fit_categorical(data, famd);
  std::size_t rank_bound = 0;
  for (std::size_t col = 0; col < famd.deviations.size(); ++col) {
    if (famd.deviations[col] == 0) continue;
    ++rank_bound;
    famd.total_inertia += famd.numeric_weights[col];
  }
  for (std::size_t column = 0; column < famd.levels.size(); ++column) {
    rank_bound += famd.levels[column].size() - 1;
    famd.total_inertia +=
        famd.categorical_weights[column] * static_cast<double>(famd.levels[column].size() - 1);
  }

  const Eigen::MatrixXd moments =
      second_moments(all_moments(data, famd, plan), famd, plan, static_cast<double>(data.n_rows()));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(moments);
  if (solver.info() != Eigen::Success) {
    throw InternalError(
        {.where = "famd", .what = "the eigensolver did not converge", .expected = "", .remedy = ""});
  }
  const auto n_axes = std::min({static_cast<std::size_t>(n_components), data.n_rows() - 1, rank_bound});
  const auto n_columns = static_cast<std::size_t>(moments.rows());
  famd.loadings = Matrix(n_columns, n_axes);
  for (std::size_t axis = 0; axis < n_axes; ++axis) {
    const auto place = static_cast<Eigen::Index>(n_columns - 1 - axis);  // the solver sorts ascending
    famd.eigenvalues.push_back(std::max(0.0, solver.eigenvalues()(place)));
    for (std::size_t row = 0; row < n_columns; ++row) {
      famd.loadings(row, axis) = solver.eigenvectors()(static_cast<Eigen::Index>(row), place);
    }
    fix_sign(famd.loadings, axis);
  }
  return famd;
}

std::vector<double> percentage_of_variance(const Famd& famd) {
  std::vector<double> percentages;
  for (const double eigenvalue : famd.eigenvalues)
    percentages.push_back(100 * eigenvalue / famd.total_inertia);
  return percentages;
}

}  // namespace aisle
