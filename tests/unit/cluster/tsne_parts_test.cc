// The parts of t-SNE against dense oracles: neighbours, probabilities, forces, gradient.
#include "aisle/cluster/tsne_parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "aisle/base/random.h"
#include "aisle/cluster/affinities.h"
#include "aisle/cluster/map_kernels.h"
#include "aisle/cluster/nearest.h"
#include "aisle/cluster/repulsion_tree.h"

namespace aisle {
namespace {

Matrix random_points(std::size_t n, std::size_t d, std::uint64_t seed, double spread = 1.0) {
  Matrix points(n, d);
  for (std::size_t row = 0; row < n; ++row) {
    RandomDraws draws(seed, 0, row);
    for (double& value : points.row(row)) value = draws.normal(0, spread);
  }
  return points;
}

double squared_distance(MatrixView a, std::size_t row, MatrixView b, std::size_t other, Metric metric) {
  double sum = 0;
  for (std::size_t dim = 0; dim < a.n_cols(); ++dim) {
    const double difference = a(row, dim) - b(other, dim);
    sum += metric == Metric::kEuclidean ? difference * difference : std::abs(difference);
  }
  return metric == Metric::kEuclidean ? sum : sum * sum;
}

// P as a dense matrix.
Matrix dense(const Affinities& affinities) {
  const std::size_t n = affinities.offsets.size() - 1;
  Matrix p(n, n);
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t entry = affinities.offsets[row]; entry < affinities.offsets[row + 1]; ++entry) {
      p(row, static_cast<std::size_t>(affinities.cols[entry])) += affinities.values[entry];
    }
  }
  return p;
}

// KL(P || Q) by its definition.
double dense_divergence(const Matrix& p, const Matrix& positions) {
  const std::size_t n = positions.n_rows();
  double z = 0, sum = 0;
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t col = 0; col < n; ++col) {
      if (row != col) z += 1 / (1 + squared_distance(positions, row, positions, col, Metric::kEuclidean));
    }
  }
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t col = 0; col < n; ++col) {
      if (!(p(row, col) > 0)) continue;
      const double q = 1 / (1 + squared_distance(positions, row, positions, col, Metric::kEuclidean)) / z;
      sum += p(row, col) * std::log(p(row, col) / q);
    }
  }
  return sum;
}

double dense_repulsion(const Matrix& positions, Matrix& forces) {
  double z = 0;
  for (std::size_t row = 0; row < positions.n_rows(); ++row) {
    forces(row, 0) = forces(row, 1) = 0;
    for (std::size_t other = 0; other < positions.n_rows(); ++other) {
      if (other == row) continue;
      const double q = 1 / (1 + squared_distance(positions, row, positions, other, Metric::kEuclidean));
      z += q;
      for (std::size_t axis = 0; axis < 2; ++axis) {
        forces(row, axis) += q * q * (positions(row, axis) - positions(other, axis));
      }
    }
  }
  return z;
}

double relative_error(const Matrix& found, const Matrix& exact) {
  double error = 0, norm = 0;
  for (std::size_t index = 0; index < found.n_rows() * 2; ++index) {
    error += std::pow(found.data()[index] - exact.data()[index], 2);
    norm += std::pow(exact.data()[index], 2);
  }
  return std::sqrt(error / norm);
}

TEST(Nearest, AgreesWithAllPairs) {
  for (const Metric metric : {Metric::kEuclidean, Metric::kManhattan}) {
    const Matrix points = random_points(150, 3, 1);
    const Matrix queries = random_points(20, 3, 2);
    for (const std::size_t k : {std::size_t{1}, std::size_t{7}, std::size_t{100}, std::size_t{149}}) {
      const NearestRows among = nearest_among(points, metric, k, nullptr);
      const NearestRows to = nearest_to(queries, points, metric, k, nullptr);
      const auto expect = [&](const NearestRows& found, MatrixView from, std::size_t row, bool not_itself) {
        std::vector<std::pair<double, std::int32_t>> all;
        for (std::size_t other = 0; other < points.n_rows(); ++other) {
          if (not_itself && other == row) continue;
          all.emplace_back(squared_distance(from, row, points, other, metric),
                           static_cast<std::int32_t>(other));
        }
        std::sort(all.begin(), all.end());
        for (std::size_t place = 0; place < k; ++place) {
          EXPECT_EQ(found.rows[row * k + place], all[place].second);
          EXPECT_EQ(found.squared_distances[row * k + place], all[place].first);
        }
      };
      for (std::size_t row = 0; row < points.n_rows(); ++row) expect(among, points, row, true);
      for (std::size_t row = 0; row < queries.n_rows(); ++row) expect(to, queries, row, false);
    }
  }
}

TEST(Nearest, OfEquallyDistantKnownRowsTheFirstAreTaken) {
  Matrix points(60, 1);
  for (std::size_t row = 0; row < 60; ++row) points(row, 0) = row % 2 == 0 ? 1.0 : -1.0;
  const NearestRows nearest = nearest_to(Matrix(1, 1), points, Metric::kEuclidean, 5, nullptr);
  EXPECT_EQ(nearest.rows, (std::vector<std::int32_t>{0, 1, 2, 3, 4}));
}

TEST(Affinities, RowsHaveThePerplexityAskedFor) {
  const Matrix points = random_points(200, 4, 3);
  const NearestRows nearest = nearest_among(points, Metric::kEuclidean, 90, nullptr);
  std::vector<double> p(90);
  for (const double perplexity : {1.5, 5.0, 30.0, 80.0}) {
    for (std::size_t row = 0; row < 200; ++row) {
      conditional_probabilities({nearest.squared_distances.data() + row * 90, 90}, perplexity, p);
      double entropy = 0;
      for (const double value : p) entropy -= value > 0 ? value * std::log(value) : 0;
      EXPECT_NEAR(std::exp(entropy), perplexity, 1e-7 * perplexity);
      EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1.0, 1e-12);
      EXPECT_TRUE(std::is_sorted(p.rbegin(), p.rend()));
    }
  }
}

TEST(Affinities, EqualDistancesGiveEqualProbabilities) {
  const std::vector<double> same{2, 2, 2, 2}, zero{0, 0, 0}, mixed{0, 0, 1e300, 1e300};
  std::vector<double> p(4);
  conditional_probabilities(same, 2, p);
  EXPECT_EQ(p, (std::vector<double>{0.25, 0.25, 0.25, 0.25}));
  conditional_probabilities(mixed, 1.5, p);  // two equal ones cannot have less than 2
  EXPECT_NEAR(p[0], 0.5, 1e-6);
  EXPECT_EQ(p[0], p[1]);
  p.resize(3);
  conditional_probabilities(zero, 1, p);
  EXPECT_DOUBLE_EQ(p[2], 1.0 / 3);
}

TEST(Affinities, MatrixIsSymmetricAndSumsToOne) {
  const Matrix points = random_points(120, 3, 4);
  const Affinities affinities =
      symmetric_affinities(nearest_among(points, Metric::kEuclidean, 15, nullptr), 5, nullptr);
  const Matrix p = dense(affinities);
  double sum = 0, entropy = 0;
  for (std::size_t row = 0; row < 120; ++row) {
    EXPECT_EQ(affinities.offsets[row] % 8, 0u);
    EXPECT_EQ(p(row, row), 0.0);
    for (std::size_t col = 0; col < 120; ++col) {
      EXPECT_EQ(p(row, col), p(col, row));
      sum += p(row, col);
      if (p(row, col) > 0) entropy += p(row, col) * std::log(p(row, col));
    }
  }
  EXPECT_NEAR(sum, 1.0, 1e-12);
  EXPECT_NEAR(affinities.sum_p_log_p, entropy, 1e-10);
}

TEST(RepulsionTree, ThetaZeroIsEveryPair) {
  for (const std::size_t n :
       {std::size_t{1}, std::size_t{2}, std::size_t{16}, std::size_t{17}, std::size_t{300}}) {
    const Matrix positions = random_points(n, 2, 5, 4.0);
    Matrix exact(n, 2), found(n, 2);
    const double z = dense_repulsion(positions, exact);
    EXPECT_NEAR(RepulsionTree(positions, 0).repel(found), z, 1e-11 * z + 1e-13);
    for (std::size_t index = 0; index < 2 * n; ++index) {
      EXPECT_NEAR(found.data()[index], exact.data()[index], 1e-12 * static_cast<double>(n));
    }
  }
}

TEST(RepulsionTree, ThetaBoundsTheErrorAlsoAfterPointsMoved) {
  Matrix positions = random_points(3000, 2, 6, 20.0);
  RepulsionTree half(positions, 0.5), whole(positions, 1.0);
  const Matrix moved = random_points(3000, 2, 7, 3.0);
  for (std::size_t index = 0; index < 6000; ++index) positions.data()[index] += moved.data()[index];
  half.refresh(positions);
  whole.refresh(positions);
  Matrix exact(3000, 2), by_half(3000, 2), by_whole(3000, 2);
  const double z = dense_repulsion(positions, exact);
  EXPECT_NEAR(half.repel(by_half) / z, 1.0, 0.005);
  EXPECT_NEAR(whole.repel(by_whole) / z, 1.0, 0.02);
  EXPECT_LT(relative_error(by_half, exact), 0.005);
  EXPECT_LT(relative_error(by_whole, exact), 0.05);
  EXPECT_GT(relative_error(by_whole, exact), relative_error(by_half, exact));
}

TEST(RepulsionTree, OnePointFeelsTheWholeMap) {
  const Matrix positions = random_points(500, 2, 8, 10.0);
  const RepulsionTree::PointForce near = RepulsionTree(positions, 0.5).at(1.0, -2.0);
  const RepulsionTree::PointForce exact = RepulsionTree(positions, 0).at(1.0, -2.0);
  double x = 0, z = 0;
  for (std::size_t row = 0; row < 500; ++row) {
    const double dx = 1.0 - positions(row, 0), dy = -2.0 - positions(row, 1);
    const double q = 1 / (1 + dx * dx + dy * dy);
    x += q * q * dx;
    z += q;
  }
  EXPECT_NEAR(exact.x, x, 1e-12);
  EXPECT_NEAR(exact.z, z, 1e-10);
  EXPECT_NEAR(near.z / z, 1.0, 0.01);
}

TEST(MapKernels, EveryInstructionSetGivesTheSameBits) {
  const Matrix points = random_points(130, 3, 13);
  const Affinities affinities =
      symmetric_affinities(nearest_among(points, Metric::kEuclidean, 20, nullptr), 7, nullptr);
  const Matrix positions = random_points(130, 2, 14, 3.0);
  std::vector<double> x(101), y(101), mass(101);
  for (std::size_t source = 0; source < x.size(); ++source) {
    x[source] = positions(source, 0);
    y[source] = positions(source, 1);
    mass[source] = static_cast<double>(1 + source % 7);
  }
  const auto run = [&](InstructionSet most) {
    const MapKernels kernels = map_kernels(most);
    LeafForces leaf;
    for (std::size_t lane = 0; lane < LeafForces::kPoints; ++lane) {
      leaf.x[lane] = positions(110 + lane, 0);
      leaf.y[lane] = positions(110 + lane, 1);
    }
    kernels.add_repulsion(x.data(), y.data(), mass.data(), x.size(), leaf);
    std::vector<double> sums(260);
    kernels.attract_rows(affinities, positions.data(), 0, 130, sums.data());
    sums.insert(sums.end(), leaf.force_x, leaf.force_x + LeafForces::kPoints);
    sums.insert(sums.end(), leaf.force_y, leaf.force_y + LeafForces::kPoints);
    sums.insert(sums.end(), leaf.z, leaf.z + LeafForces::kPoints);
    return sums;
  };
  const std::vector<double> baseline = run(InstructionSet::kBaseline);
  EXPECT_EQ(run(InstructionSet::kAvx2), baseline);
  EXPECT_EQ(run(InstructionSet::kAvx512), baseline);
}

TEST(TsneGradient, IsTheDerivativeOfTheDivergence) {
  const std::size_t n = 40;
  const Matrix points = random_points(n, 3, 9);
  const Affinities affinities =
      symmetric_affinities(nearest_among(points, Metric::kEuclidean, 12, nullptr), 4, nullptr);
  const Matrix p = dense(affinities);
  Matrix positions = random_points(n, 2, 10, 1.5);
  Matrix pulls(n, 2), pushes(n, 2);
  attract(affinities, positions, 0, n, pulls);
  const double z = RepulsionTree(positions, 0).repel(pushes);
  constexpr double kStep = 1e-5;
  for (std::size_t index = 0; index < 2 * n; ++index) {
    const double there = positions.data()[index];
    positions.data()[index] = there + kStep;
    const double above = dense_divergence(p, positions);
    positions.data()[index] = there - kStep;
    const double below = dense_divergence(p, positions);
    positions.data()[index] = there;
    const double gradient = 4 * (pulls.data()[index] - pushes.data()[index] / z);
    EXPECT_NEAR(gradient, (above - below) / (2 * kStep), 1e-8);
  }
  EXPECT_NEAR(affinities.sum_p_log_p + sum_p_log_distance(affinities, positions) + std::log(z),
              dense_divergence(p, positions), 1e-10);
}

}  // namespace
}  // namespace aisle
