// Permutation importance on the rows out of each tree's bag.
#include <algorithm>
#include <cmath>

#include "aisle/base/parallel.h"
#include "aisle/base/random.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/forest.h"
#include "aisle/cluster/forest_growth.h"

namespace aisle {
namespace {

constexpr std::uint32_t kPermutationStream = 0x666f7203;

// One tree on the rows that it did not see, in the order of their keys.
class TreeTrial {
 public:
  TreeTrial(const Forest& forest, std::size_t tree, MatrixView points, std::span<const std::int32_t> labels,
            std::vector<std::uint32_t> rows)
      : tree_(forest.trees[tree]), points_(points), labels_(labels), rows_(std::move(rows)) {
    const auto n_classes = static_cast<std::size_t>(forest.n_classes);
    for (std::size_t leaf = 0; leaf < tree_.leaf_shares.size() / n_classes; ++leaf) {
      const auto shares = std::span(tree_.leaf_shares).subspan(leaf * n_classes, n_classes);
      votes_.push_back(
          static_cast<std::int32_t>(std::max_element(shares.begin(), shares.end()) - shares.begin()));
    }
    for (const std::uint32_t row : rows_) was_right_.push_back(is_right(points.row(row), row));
  }

  std::size_t n_rows() const { return rows_.size(); }
  std::int32_t label(std::size_t place) const { return labels_[rows_[place]]; }
  bool uses(std::size_t feature) const {
    return std::any_of(tree_.nodes.begin(), tree_.nodes.end(), [&](const ForestNode& node) {
      return node.feature == static_cast<std::int32_t>(feature);
    });
  }

  // By row out of the bag: 1 when it is no longer right with the column permuted, -1 when it has become so.
  std::vector<std::int32_t> losses(std::size_t feature, RandomDraws draws) const {
    std::vector<std::uint32_t> donors = rows_;
    for (std::size_t left = donors.size(); left > 1; --left) {
      std::swap(donors[left - 1], donors[draws.below(static_cast<std::uint32_t>(left))]);
    }
    std::vector<std::int32_t> result;
    std::vector<double> point(points_.n_cols());
    for (std::size_t place = 0; place < rows_.size(); ++place) {
      const auto row = points_.row(rows_[place]);
      std::copy(row.begin(), row.end(), point.begin());
      point[feature] = points_(donors[place], feature);
      result.push_back((was_right_[place] ? 1 : 0) - (is_right(point, rows_[place]) ? 1 : 0));
    }
    return result;
  }

 private:
  bool is_right(std::span<const double> point, std::uint32_t row) const {
    return votes_[leaf_of(tree_, point)] == labels_[row];
  }

  const ForestTree& tree_;
  MatrixView points_;
  std::span<const std::int32_t> labels_;
  std::vector<std::uint32_t> rows_;
  std::vector<std::int32_t> votes_;  // by leaf
  std::vector<bool> was_right_;
};

// What one tree loses: (1 + n_classes) x columns, whole numbers; row 0 over all labels.
struct TreeLoss {
  Matrix losses;
  std::vector<std::int64_t> rows;  // out of the bag: all, then by label
};

TreeLoss tree_loss(const TreeTrial& trial, std::size_t n_classes, std::size_t n_features,
                   const ForestParameters& parameters, std::size_t tree) {
  TreeLoss result{Matrix(1 + n_classes, n_features), std::vector<std::int64_t>(1 + n_classes)};
  for (std::size_t place = 0; place < trial.n_rows(); ++place) {
    ++result.rows[0];
    ++result.rows[1 + static_cast<std::size_t>(trial.label(place))];
  }
  for (std::size_t feature = 0; feature < n_features; ++feature) {
    if (!trial.uses(feature)) continue;
    const std::vector<std::int32_t> losses =
        trial.losses(feature, RandomDraws(parameters.seed, kPermutationStream, tree * n_features + feature));
    for (std::size_t place = 0; place < losses.size(); ++place) {
      result.losses(0, feature) += losses[place];
      result.losses(1 + static_cast<std::size_t>(trial.label(place)), feature) += losses[place];
    }
  }
  return result;
}

// Mean and the mean's standard error over the trees that have rows of the label (0: all rows).
struct MeanAndError {
  double mean = 0;
  double standard_error = 0;
};

MeanAndError over_trees(const std::vector<TreeLoss>& trees, std::size_t label, std::size_t feature) {
  double sum = 0;
  double squares = 0;
  double n = 0;
  for (const TreeLoss& tree : trees) {
    if (tree.rows[label] == 0) continue;
    const double loss = tree.losses(label, feature) / static_cast<double>(tree.rows[label]);
    sum += loss;
    squares += loss * loss;
    n += 1;
  }
  if (n == 0) return {};
  const double mean = sum / n;
  const double variance = n > 1 ? std::max(0.0, (squares - n * mean * mean) / (n - 1)) : 0;
  return {mean, std::sqrt(variance / n)};
}

}  // namespace

ForestImportance permutation_importance(const Forest& forest, MatrixView points,
                                        std::span<const std::int32_t> labels,
                                        const ForestParameters& parameters,
                                        std::span<const std::uint64_t> row_keys) {
  check_fit_arguments(forest, points, labels, parameters);
  const std::vector<std::uint32_t> order = rows_by_key("forest", row_keys, points.n_rows());
  const auto n_classes = static_cast<std::size_t>(forest.n_classes);
  std::vector<TreeLoss> trees(forest.trees.size());
  parallel_for(trees.size(), [&](std::size_t tree) {
    if (parameters.cancel != nullptr) parameters.cancel->check();
    const std::vector<std::uint32_t> counts = bootstrap_counts(parameters.seed, tree, order.size());
    std::vector<std::uint32_t> rows;
    for (std::size_t place = 0; place < order.size(); ++place) {
      if (counts[place] == 0) rows.push_back(order[place]);
    }
    const TreeTrial trial(forest, tree, points, labels, std::move(rows));
    trees[tree] = tree_loss(trial, n_classes, points.n_cols(), parameters, tree);
  });
  ForestImportance result;
  result.by_class = Matrix(n_classes, points.n_cols());
  for (std::size_t feature = 0; feature < points.n_cols(); ++feature) {
    const MeanAndError all = over_trees(trees, 0, feature);
    result.mean.push_back(all.mean);
    result.standard_error.push_back(all.standard_error);
    for (std::size_t label = 0; label < n_classes; ++label) {
      result.by_class(label, feature) = over_trees(trees, 1 + label, feature).mean;
    }
  }
  return result;
}

}  // namespace aisle
