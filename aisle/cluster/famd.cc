// The fit: moments by blocks, eigenvectors, signs.
#include "aisle/cluster/famd.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/famd_input.h"
#include "aisle/cluster/famd_rows.h"

namespace aisle {
namespace {

// The levels of all categorical columns in the order of the loadings.
struct LevelPlan {
  std::vector<double> shares;
  std::vector<std::size_t> columns;
};

LevelPlan level_plan(const Famd& famd) {
  LevelPlan plan;
  for (std::size_t column = 0; column < famd.levels.size(); ++column) {
    plan.shares.insert(plan.shares.end(), famd.shares[column].begin(), famd.shares[column].end());
    plan.columns.insert(plan.columns.end(), famd.levels[column].size(), column);
  }
  return plan;
}

// Sums over some rows by their weights: z_a z_b (lower triangle), z_a by level, rows by pair of levels.
struct Moments {
  Moments(std::size_t n_numeric, std::size_t n_levels)
      : products(n_numeric, n_numeric), by_level(n_levels, n_numeric), pairs(n_levels, n_levels) {}
  Matrix products;
  Matrix by_level;
  Matrix pairs;  // exact without weights
};

void add_rows(const MixedData& data, const StandardRows& rows, std::size_t begin, std::size_t end,
              Moments& moments) {
  const std::size_t n_numeric = rows.n_numeric();
  std::vector<double> z(n_numeric);
  std::vector<std::int32_t> levels(rows.n_categorical());
  for (std::size_t row = begin; row < end; ++row) {
    const double weight = row_weight(data.row_weights, row);
    if (weight == 0) continue;  // its levels may be none of the fit's
    rows.read_numeric(row, z);
    rows.read_levels(row, levels);
    for (std::size_t col = 0; col < n_numeric; ++col) {
      const double weighted = z[col] * weight;
      for (std::size_t other = 0; other <= col; ++other) moments.products(col, other) += weighted * z[other];
    }
    for (std::size_t column = 0; column < levels.size(); ++column) {
      const auto level = static_cast<std::size_t>(levels[column]);
      for (std::size_t col = 0; col < n_numeric; ++col) moments.by_level(level, col) += weight * z[col];
      for (std::size_t other = 0; other <= column; ++other) {
        moments.pairs(level, static_cast<std::size_t>(levels[other])) += weight;
      }
    }
  }
}

void add_matrix(const Matrix& from, Matrix& to) {
  for (std::size_t cell = 0; cell < from.n_rows() * from.n_cols(); ++cell)
    to.data()[cell] += from.data()[cell];
}

Moments all_moments(const MixedData& data, const Famd& famd, const LevelPlan& plan) {
  const std::size_t n_rows = data.n_rows();
  const std::size_t n_numeric = famd.means.size();
  const std::size_t n_levels = plan.shares.size();
  const StandardRows rows(famd, data);
  const std::size_t n_chunks = chunks_for_sums(n_rows, (n_numeric + n_levels) * (n_numeric + n_levels));
  const std::size_t rows_per_chunk = (n_rows + n_chunks - 1) / n_chunks;
  std::vector<Moments> partial(n_chunks, Moments(n_numeric, n_levels));
  parallel_for(n_chunks, [&](std::size_t chunk) {
    const std::size_t begin = std::min(n_rows, chunk * rows_per_chunk);
    add_rows(data, rows, begin, std::min(n_rows, begin + rows_per_chunk), partial[chunk]);
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
                               double total_weight) {
  const std::size_t n_numeric = famd.means.size();
  const std::size_t n_levels = plan.shares.size();
  const auto size = static_cast<Eigen::Index>(n_numeric + n_levels);
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size, size);
  const auto cell = [&](std::size_t row, std::size_t col) -> double& {
    return result(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(col));
  };
  for (std::size_t row = 0; row < n_numeric; ++row) {
    for (std::size_t col = 0; col <= row; ++col) cell(row, col) = moments.products(row, col) / total_weight;
  }
  // The only level of its column: its centred indicator is zero, also where rounding would say otherwise.
  const auto alone = [&](std::size_t level) { return famd.levels[plan.columns[level]].size() == 1; };
  for (std::size_t level = 0; level < n_levels; ++level) {
    if (alone(level)) continue;
    const double root = std::sqrt(plan.shares[level]);
    for (std::size_t col = 0; col < n_numeric; ++col) {
      cell(n_numeric + level, col) = moments.by_level(level, col) / total_weight / root;
    }
    for (std::size_t other = 0; other <= level; ++other) {
      if (alone(other)) continue;
      const double both = moments.pairs(level, other) / total_weight;
      const double expected = plan.shares[level] * plan.shares[other];
      cell(n_numeric + level, n_numeric + other) = (both - expected) / (root * std::sqrt(plan.shares[other]));
    }
  }
  weigh(famd, plan.columns, result);
  return result;
}

// A level's barycentre is its column of the whole symmetric matrix over the root of share x weight.
std::vector<double> level_distances(const Eigen::MatrixXd& moments, const Famd& famd, const LevelPlan& plan) {
  std::vector<double> distances;
  const auto n_numeric = static_cast<Eigen::Index>(famd.means.size());
  for (std::size_t level = 0; level < plan.shares.size(); ++level) {
    const Eigen::Index place = n_numeric + static_cast<Eigen::Index>(level);
    const double squares = moments.row(place).head(place).squaredNorm() +
                           moments.col(place).tail(moments.rows() - place).squaredNorm();
    distances.push_back(squares / (plan.shares[level] * famd.categorical_weights[plan.columns[level]]));
  }
  return distances;
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

void check(const MixedData& data, int n_components) {
  if (n_components < 1) famd_input::refuse(fmt::format("n_components is {}", n_components), "at least 1");
  if (data.numeric_names.empty() && data.categorical.empty()) famd_input::refuse("no columns", "at least 1");
  if (data.n_rows() == 0) famd_input::refuse("no rows", "at least 1");
  famd_input::check_names(data);
  famd_input::check_numeric(data);
  famd_input::check_categorical(data, 0);
  famd_input::check_weights(data);
}

// Fills the total inertia; returns the bound that columns and rows set on the number of axes.
std::size_t measure_inertia(Famd& famd) {
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
  return std::min(rank_bound, famd.n_rows - 1);
}

void find_axes(const Eigen::MatrixXd& moments, std::size_t n_axes, Famd& famd) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(moments);
  if (solver.info() != Eigen::Success) {
    throw InternalError(
        {.where = "famd", .what = "the eigensolver did not converge", .expected = "", .remedy = ""});
  }
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
}

}  // namespace

Famd fit_famd(const MixedData& data, int n_components) {
  check(data, n_components);
  Famd famd;
  famd.numeric_weights = data.numeric_weights;
  if (famd.numeric_weights.empty()) famd.numeric_weights.assign(data.numeric_names.size(), 1.0);
  for (std::size_t row = 0; row < data.n_rows(); ++row)
    famd.n_rows += row_weight(data.row_weights, row) > 0 ? 1 : 0;
  fit_standards(data, data.row_weights, famd);
  const LevelPlan plan = level_plan(famd);
  const std::size_t rank_bound = measure_inertia(famd);
  const Eigen::MatrixXd moments = second_moments(all_moments(data, famd, plan), famd, plan,
                                                 total_row_weight(data.row_weights, data.n_rows()));
  famd.level_distances = level_distances(moments, famd, plan);
  find_axes(moments, std::min(static_cast<std::size_t>(n_components), rank_bound), famd);
  return famd;
}

}  // namespace aisle
