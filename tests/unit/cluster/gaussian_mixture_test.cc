#include "aisle/cluster/gaussian_mixture.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "aisle/cluster/mixture_steps.h"
#include "aisle/cluster/validity.h"
#include "tests/support/threads.h"

namespace aisle {
namespace {

constexpr CovarianceShape kShapes[] = {CovarianceShape::kSpherical, CovarianceShape::kDiagonal,
                                       CovarianceShape::kFull};

// Tilted clouds of unequal number and width.
struct Clouds {
  Matrix points;
  std::vector<std::int32_t> truth;

  Clouds(std::size_t n, std::size_t n_cols, std::uint32_t k, double apart, std::uint64_t seed = 11)
      : points(n, n_cols), truth(n) {
    for (std::size_t row = 0; row < n; ++row) {
      RandomDraws draws(seed, 1, row);
      truth[row] = static_cast<std::int32_t>(std::min(draws.below(k), draws.below(k)));
      const double common = draws.normal();
      for (std::size_t col = 0; col < n_cols; ++col) {
        RandomDraws shape(seed, 2, static_cast<std::uint64_t>(truth[row]) * 100 + col);
        const double middle = shape.uniform(-apart, apart);
        const double tilt = shape.uniform(-1, 1);
        points(row, col) = middle + tilt * common + shape.uniform(0.3, 0.9) * draws.normal();
      }
    }
  }
};

// One iteration as the textbook writes it (Bishop 2006, 9.2.2), dense, with inverses and determinants.
struct Textbook {
  std::vector<double> weights;
  std::vector<Eigen::VectorXd> means;
  std::vector<Eigen::MatrixXd> covariances;
};

Textbook textbook_of(const GaussianMixture& mixture) {
  Textbook book;
  const auto d = static_cast<Eigen::Index>(mixture.means.n_cols());
  for (std::size_t at = 0; at < mixture.weights.size(); ++at) {
    book.weights.push_back(mixture.weights[at]);
    const auto mean = mixture.means.row(at);
    book.means.push_back(Eigen::Map<const Eigen::VectorXd>(mean.data(), d));
    const double* values = mixture.covariances.row(at).data();
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Identity(d, d) * values[0];
    if (mixture.shape == CovarianceShape::kDiagonal)
      covariance = Eigen::Map<const Eigen::VectorXd>(values, d).asDiagonal();
    if (mixture.shape == CovarianceShape::kFull) covariance = Eigen::Map<const Eigen::MatrixXd>(values, d, d);
    book.covariances.push_back(covariance);
  }
  return book;
}

double textbook_density(const Textbook& book, std::size_t component, const Eigen::VectorXd& x) {
  const Eigen::VectorXd off = x - book.means[component];
  const double square = off.dot(book.covariances[component].inverse() * off);
  const double scale = std::pow(2 * std::numbers::pi, static_cast<double>(x.size())) *
                       book.covariances[component].determinant();
  return book.weights[component] * std::exp(-0.5 * square) / std::sqrt(scale);
}

// Returns the log-likelihood before, and makes `book` the next mixture.
double textbook_step(const Matrix& points, CovarianceShape shape, Textbook& book) {
  const auto n = static_cast<Eigen::Index>(points.n_rows());
  const auto d = static_cast<Eigen::Index>(points.n_cols());
  const auto k = static_cast<Eigen::Index>(book.weights.size());
  Eigen::MatrixXd shares(n, k);
  double log_likelihood = 0;
  const auto x = [&](Eigen::Index row) -> Eigen::VectorXd {
    return Eigen::Map<const Eigen::VectorXd>(points.row(static_cast<std::size_t>(row)).data(), d);
  };
  for (Eigen::Index row = 0; row < n; ++row) {
    for (Eigen::Index at = 0; at < k; ++at)
      shares(row, at) = textbook_density(book, static_cast<std::size_t>(at), x(row));
    log_likelihood += std::log(shares.row(row).sum());
    shares.row(row) /= shares.row(row).sum();
  }
  for (Eigen::Index at = 0; at < k; ++at) {
    const auto place = static_cast<std::size_t>(at);
    const double count = shares.col(at).sum();
    Eigen::VectorXd mean = Eigen::VectorXd::Zero(d);
    for (Eigen::Index row = 0; row < n; ++row) mean += shares(row, at) * x(row) / count;
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(d, d);
    for (Eigen::Index row = 0; row < n; ++row)
      covariance += shares(row, at) * (x(row) - mean) * (x(row) - mean).transpose() / count;
    if (shape == CovarianceShape::kDiagonal) covariance = Eigen::MatrixXd(covariance.diagonal().asDiagonal());
    if (shape == CovarianceShape::kSpherical)
      covariance = Eigen::MatrixXd::Identity(d, d) * (covariance.trace() / static_cast<double>(d));
    book.weights[place] = count / static_cast<double>(n);
    book.means[place] = mean;
    book.covariances[place] = covariance;
  }
  return log_likelihood;
}

TEST(GaussianMixture, StepsAreThoseOfTheTextbook) {
  const Clouds clouds(700, 3, 4, 2.0);
  for (const CovarianceShape shape : kShapes) {
    const GaussianMixtureOptions options{.n_components = 4, .shape = shape, .regularisation = 1e-13};
    const KeyedRows keyed("test", clouds.points, {});
    const MixtureFrame frame(keyed, options);
    // Any groups to begin with.
    std::vector<std::int32_t> labels(700);
    for (std::size_t row = 0; row < 700; ++row)
      labels[row] = clouds.points(row, 0) > 0 ? (row % 3 != 0) : 2 + (row % 5 == 0);
    GaussianMixture mixture = mixture_of_labels(frame, labels, 4);
    Textbook book = textbook_of(mixture);
    double before = -std::numeric_limits<double>::infinity();
    for (int step = 0; step < 25; ++step) {
      const MixtureStep ours = mixture_step(frame, mixture);
      const double theirs = textbook_step(clouds.points, shape, book);
      EXPECT_NEAR(ours.log_likelihood, theirs, 1e-7) << covariance_shape_name(shape) << " " << step;
      EXPECT_GE(ours.log_likelihood, before - 1e-7);  // EM never falls
      before = ours.log_likelihood;
      mixture = ours.next;
    }
    const Textbook end = textbook_of(mixture);
    for (std::size_t at = 0; at < 4; ++at) {
      EXPECT_NEAR(end.weights[at], book.weights[at], 1e-8);
      EXPECT_LT((end.means[at] - book.means[at]).norm(), 1e-7);
      EXPECT_LT((end.covariances[at] - book.covariances[at]).norm(), 1e-7);
    }
  }
}

TEST(GaussianMixture, FindsSeparateClouds) {
  const Clouds clouds(900, 4, 5, 12.0);
  for (const CovarianceShape shape : kShapes) {
    const auto found = gaussian_mixture(clouds.points, {.n_components = 5, .shape = shape});
    EXPECT_TRUE(found.converged);
    EXPECT_EQ(found.n_clusters, 5);
    EXPECT_EQ(adjusted_rand_index(found.reading.labels, clouds.truth), 1.0) << covariance_shape_name(shape);
  }
}

TEST(GaussianMixture, ReadingIsThatOfTheDensities) {
  const Clouds clouds(300, 3, 3, 1.5);
  const auto found = gaussian_mixture(clouds.points, {.n_components = 3});
  const Textbook book = textbook_of(found.mixture);
  double log_likelihood = 0;
  for (std::size_t row = 0; row < 300; ++row) {
    const Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(clouds.points.row(row).data(), 3);
    double sum = 0;
    for (std::size_t at = 0; at < 3; ++at) sum += textbook_density(book, at, x);
    for (std::size_t at = 0; at < 3; ++at)
      EXPECT_NEAR(found.reading.memberships(row, at), textbook_density(book, at, x) / sum, 1e-10);
    EXPECT_NEAR(found.reading.log_densities[row], std::log(sum), 1e-9);
    const auto label = static_cast<std::size_t>(found.reading.labels[row]);
    const Eigen::VectorXd off = x - book.means[label];
    EXPECT_NEAR(found.reading.squared_distances[row], off.dot(book.covariances[label].inverse() * off), 1e-8);
    log_likelihood += std::log(sum);
  }
  EXPECT_NEAR(found.log_likelihood, log_likelihood, 1e-7);
  EXPECT_NEAR(found.bic, 29 * std::log(300.0) - 2 * log_likelihood, 1e-6);  // 2 + 3 x (3 + 6) parameters
  // A prediction of the fit's rows is the fit, to the last bit, also of some of them alone.
  Matrix last(7, 3);
  for (std::size_t row = 0; row < 7; ++row)
    std::ranges::copy(clouds.points.row(293 + row), last.row(row).begin());
  const MixtureReading again = read_mixture(found.mixture, last);
  for (std::size_t row = 0; row < 7; ++row) {
    EXPECT_EQ(again.log_densities[row], found.reading.log_densities[293 + row]);
    EXPECT_EQ(again.memberships(row, 1), found.reading.memberships(293 + row, 1));
  }
}

TEST(GaussianMixture, TheCriterionFindsNumberAndShape) {
  const Clouds clouds(1500, 3, 4, 6.0);
  const auto best_number = [&](CovarianceShape shape) {
    int best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (int k = 1; k <= 7; ++k) {
      const double bic = gaussian_mixture(clouds.points, {.n_components = k, .shape = shape}).bic;
      if (bic >= least) continue;
      least = bic;
      best = k;
    }
    return best;
  };
  EXPECT_EQ(best_number(CovarianceShape::kFull), 4);
}

TEST(GaussianMixture, FarRowsStillBelongSomewhere) {
  const Clouds clouds(200, 2, 2, 3.0);
  const auto found = gaussian_mixture(clouds.points, {.n_components = 2});
  Matrix far(1, 2);
  far(0, 0) = 1e6;
  const MixtureReading reading = read_mixture(found.mixture, far);
  EXPECT_NEAR(reading.memberships(0, 0) + reading.memberships(0, 1), 1.0, 1e-12);
  EXPECT_TRUE(std::isfinite(reading.log_densities[0]));
  EXPECT_LT(reading.log_densities[0], -1e6);
}

TEST(GaussianMixture, ThePriorIsFraleyAndRafterys) {
  // One component: (S + n S) / (nu + n + d + 1), S the data's covariance, nu = d + 2 = 4.
  const Clouds clouds(50, 2, 1, 1.0);
  const auto plain = gaussian_mixture(clouds.points, {.n_components = 1, .regularisation = 1e-13});
  const auto drawn = gaussian_mixture(
      clouds.points, {.n_components = 1, .prior = VariancePrior::kConjugate, .regularisation = 1e-13});
  for (std::size_t cell = 0; cell < 4; ++cell) {
    EXPECT_NEAR(drawn.mixture.covariances(0, cell), plain.mixture.covariances(0, cell) * 51 / (4 + 50 + 3),
                1e-9);
  }
  // With more columns than a component has rows the plain likelihood grows without bound; with the prior not.
  const Clouds wide(60, 20, 4, 9.0);
  const auto held = gaussian_mixture(wide.points, {.n_components = 4, .prior = VariancePrior::kConjugate});
  EXPECT_GT(adjusted_rand_index(held.reading.labels, wide.truth), 0.9);
  EXPECT_GT(gaussian_mixture(wide.points, {.n_components = 4}).log_likelihood, held.log_likelihood + 100);
}

TEST(GaussianMixture, ShuffledRowsAndAnyThreadsGiveTheSameBits) {
  const Clouds clouds(2600, 5, 4, 2.0);
  std::vector<std::uint64_t> keys(2600);
  for (std::size_t row = 0; row < 2600; ++row) keys[row] = 5 * row + 3;
  for (const CovarianceShape shape : kShapes) {
    const GaussianMixtureOptions options{
        .n_components = 4, .shape = shape, .prior = VariancePrior::kConjugate, .n_starts = 4};
    const auto fit = [&] { return gaussian_mixture(clouds.points, options, keys); };
    testing::expect_same_for_any_threads(
        fit, [](const GaussianMixtureResult& a, const GaussianMixtureResult& b) {
          return a.bic == b.bic && a.reading.labels == b.reading.labels &&
                 testing::same_values(a.reading.memberships, b.reading.memberships) &&
                 testing::same_values(a.mixture.covariances, b.mixture.covariances);
        });
    Matrix turned(2600, 5);
    std::vector<std::uint64_t> turned_keys(2600);
    for (std::size_t row = 0; row < 2600; ++row) {
      std::ranges::copy(clouds.points.row(2599 - row), turned.row(row).begin());
      turned_keys[row] = keys[2599 - row];
    }
    const auto straight = fit();
    auto other = gaussian_mixture(turned, options, turned_keys);
    std::reverse(other.reading.labels.begin(), other.reading.labels.end());
    EXPECT_EQ(other.reading.labels, straight.reading.labels);
    EXPECT_EQ(other.log_likelihood, straight.log_likelihood);
    EXPECT_TRUE(testing::same_values(other.mixture.means, straight.mixture.means));
  }
}

TEST(GaussianMixture, DegenerateDataHaveAnAnswer) {
  // All rows alike; a constant column; a copied column; fewer different rows than components.
  Matrix alike(5, 2);
  const auto one = gaussian_mixture(alike, {.n_components = 3});
  EXPECT_EQ(one.mixture.weights.size(), 1u);
  EXPECT_EQ(one.n_clusters, 1);
  EXPECT_TRUE(std::isfinite(one.log_likelihood));
  Clouds clouds(80, 3, 2, 8.0);
  for (std::size_t row = 0; row < 80; ++row) {
    clouds.points(row, 1) = 4;
    clouds.points(row, 2) = clouds.points(row, 0);
  }
  for (const CovarianceShape shape : kShapes) {
    const auto found = gaussian_mixture(clouds.points, {.n_components = 2, .shape = shape});
    EXPECT_TRUE(std::isfinite(found.bic)) << covariance_shape_name(shape);
    EXPECT_EQ(found.n_clusters, 2) << covariance_shape_name(shape);
  }
  const Matrix single(1, 1);
  EXPECT_EQ(gaussian_mixture(single, {.n_components = 1}).reading.labels, std::vector<std::int32_t>{0});
}

TEST(GaussianMixture, RefusesWhatItCannotTake) {
  const Clouds clouds(10, 2, 2, 1.0);
  const auto refused = [&](const GaussianMixtureOptions& options, const char* words, MatrixView points) {
    try {
      gaussian_mixture(points, options);
      ADD_FAILURE() << words;
    } catch (const InvalidInput& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  };
  refused({.n_components = 0}, "n_components is 0", clouds.points);
  refused({.n_components = 11}, "1 to 10, the number of rows", clouds.points);
  refused({.n_starts = 0}, "n_starts is 0", clouds.points);
  refused({.max_iterations = 0}, "max_iterations is 0", clouds.points);
  refused({.tolerance = 0}, "tolerance is 0", clouds.points);
  refused({.regularisation = -1}, "regularisation is -1", clouds.points);
  refused({}, "no rows", Matrix(0, 2));
  Matrix bad = clouds.points;
  bad(4, 0) = std::numeric_limits<double>::infinity();
  refused({}, "points[4, 0]", bad);

  GaussianMixture mixture = gaussian_mixture(clouds.points, {.n_components = 2}).mixture;
  EXPECT_THROW(read_mixture(mixture, Matrix(3, 3)), InvalidInput);
  EXPECT_THROW(read_mixture({}, clouds.points), InvalidInput);
  mixture.covariances(1, 3) = -1;
  EXPECT_THROW(read_mixture(mixture, clouds.points), InvalidInput);
  CancelFlag cancel;
  cancel.request();
  EXPECT_THROW(gaussian_mixture(clouds.points, {.n_components = 2, .cancel = &cancel}), Cancelled);
}

}  // namespace
}  // namespace aisle
