#include "aisle/cluster/forest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/forest_growth.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsPerBlock = 256;

[[noreturn]] void refuse(std::string what, std::string expected) {
  throw InvalidInput(
      {.where = "forest", .what = std::move(what), .expected = std::move(expected), .remedy = ""});
}

void require(bool holds, std::string what, std::string expected) {
  if (!holds) refuse(std::move(what), std::move(expected));
}

void check(MatrixView points, std::span<const std::int32_t> labels, const ForestParameters& parameters) {
  require(points.n_rows() > 0, "no rows", "at least 1");
  require(points.n_rows() <= std::numeric_limits<std::int32_t>::max(),
          fmt::format("{} rows", points.n_rows()), "fewer than 2^31");
  require(points.n_cols() > 0, "no columns", "at least 1");
  require(labels.size() == points.n_rows(),
          fmt::format("{} labels for {} rows", labels.size(), points.n_rows()), "a label for each row");
  require(parameters.n_trees >= 1, fmt::format("n_trees is {}", parameters.n_trees), "at least 1");
  require(
      parameters.max_features >= 0 && static_cast<std::size_t>(parameters.max_features) <= points.n_cols(),
      fmt::format("max_features is {}", parameters.max_features),
      fmt::format("0 to {}, the number of columns", points.n_cols()));
  for (std::size_t row = 0; row < points.n_rows(); ++row) {
    if (labels[row] < 0) refuse(fmt::format("the label of row {} is {}", row, labels[row]), "0 or more");
    for (std::size_t col = 0; col < points.n_cols(); ++col) {
      if (std::isfinite(points(row, col))) continue;
      refuse(fmt::format("row {}, column {} is {}", row, col, points(row, col)), "a finite number");
    }
  }
}

}  // namespace

std::size_t leaf_of(const ForestTree& tree, std::span<const double> point) {
  const ForestNode* node = tree.nodes.data();
  while (node->feature >= 0) {
    const bool left = point[static_cast<std::size_t>(node->feature)] <= node->threshold;
    node = tree.nodes.data() + (left ? node->left : node->right);
  }
  return static_cast<std::size_t>(node->leaf);
}

Forest fit_forest(MatrixView points, std::span<const std::int32_t> labels, const ForestParameters& parameters,
                  std::span<const std::uint64_t> row_keys) {
  check(points, labels, parameters);
  const ForestData data = forest_data(points, labels, rows_by_key("forest", row_keys, points.n_rows()));
  const auto root = static_cast<std::size_t>(std::sqrt(static_cast<double>(points.n_cols())));
  const std::size_t max_features =
      parameters.max_features > 0 ? static_cast<std::size_t>(parameters.max_features) : root;
  Forest forest{.n_classes = data.n_classes,
                .n_features = static_cast<std::int32_t>(points.n_cols()),
                .trees = std::vector<ForestTree>(static_cast<std::size_t>(parameters.n_trees))};
  parallel_for(forest.trees.size(), [&](std::size_t tree) {
    if (parameters.cancel != nullptr) parameters.cancel->check();
    forest.trees[tree] = grow_tree(data, parameters.seed, tree, max_features);
  });
  return forest;
}

Matrix predict_shares(const Forest& forest, MatrixView points) {
  require(points.n_cols() == static_cast<std::size_t>(forest.n_features),
          fmt::format("{} columns", points.n_cols()), fmt::format("{} as in the fit", forest.n_features));
  const auto n_classes = static_cast<std::size_t>(forest.n_classes);
  Matrix shares(points.n_rows(), n_classes);
  const auto n_trees = static_cast<double>(forest.trees.size());
  parallel_for_blocks(points.n_rows(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    // Tree by tree, so that one tree at a time is in the cache; a row still adds its trees in order.
    for (const ForestTree& tree : forest.trees) {
      for (std::size_t row = begin; row < end; ++row) {
        const float* leaf = tree.leaf_shares.data() + leaf_of(tree, points.row(row)) * n_classes;
        const auto target = shares.row(row);
        for (std::size_t label = 0; label < n_classes; ++label)
          target[label] += static_cast<double>(leaf[label]);
      }
    }
    for (std::size_t row = begin; row < end; ++row) {
      for (double& share : shares.row(row)) share /= n_trees;
    }
  });
  return shares;
}

std::vector<std::int32_t> predict_labels(const Forest& forest, MatrixView points) {
  const Matrix shares = predict_shares(forest, points);
  std::vector<std::int32_t> labels(points.n_rows());
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto row_shares = shares.row(row);
    labels[row] = static_cast<std::int32_t>(std::max_element(row_shares.begin(), row_shares.end()) -
                                            row_shares.begin());
  }
  return labels;
}

}  // namespace aisle
