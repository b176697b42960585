// The out-of-bag shares and errors of a forest.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/forest.h"
#include "aisle/cluster/forest_growth.h"

namespace aisle {
namespace {

constexpr std::size_t kRowsPerBlock = 256;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

void require(bool holds, std::string what, std::string expected) {
  if (holds) return;
  throw InvalidInput(
      {.where = "forest", .what = std::move(what), .expected = std::move(expected), .remedy = ""});
}

// By tree and row: true when the row is out of the tree's bag.
std::vector<std::vector<bool>> rows_out_of_bags(const ForestParameters& parameters,
                                                const std::vector<std::uint32_t>& order) {
  std::vector<std::vector<bool>> out(static_cast<std::size_t>(parameters.n_trees));
  parallel_for(out.size(), [&](std::size_t tree) {
    if (parameters.cancel != nullptr) parameters.cancel->check();
    const std::vector<std::uint32_t> counts = bootstrap_counts(parameters.seed, tree, order.size());
    out[tree].resize(order.size());
    for (std::size_t place = 0; place < order.size(); ++place) out[tree][order[place]] = counts[place] == 0;
  });
  return out;
}

// Adds the shares of the trees that did not see the rows [begin, end), tree by tree.
void add_shares(const Forest& forest, MatrixView points, const std::vector<std::vector<bool>>& is_out,
                std::size_t begin, std::size_t end, OutOfBag& result) {
  const auto n_classes = static_cast<std::size_t>(forest.n_classes);
  for (std::size_t tree = 0; tree < forest.trees.size(); ++tree) {
    for (std::size_t row = begin; row < end; ++row) {
      if (!is_out[tree][row]) continue;
      ++result.trees[row];
      const float* leaf =
          forest.trees[tree].leaf_shares.data() + leaf_of(forest.trees[tree], points.row(row)) * n_classes;
      for (std::size_t label = 0; label < n_classes; ++label) {
        result.shares(row, label) += static_cast<double>(leaf[label]);
      }
    }
  }
  for (std::size_t row = begin; row < end; ++row) {
    for (double& share : result.shares.row(row)) {
      share = result.trees[row] == 0 ? kNone : share / result.trees[row];
    }
  }
}

void count_errors(std::span<const std::int32_t> labels, OutOfBag& result) {
  const std::size_t n_classes = result.shares.n_cols();
  std::vector<std::int64_t> wrong(n_classes);
  std::vector<std::int64_t> seen(n_classes);
  std::int64_t all_wrong = 0;
  std::int64_t all_seen = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (result.trees[row] == 0) continue;
    const auto label = static_cast<std::size_t>(labels[row]);
    const auto shares = result.shares.row(row);
    const auto vote = std::max_element(shares.begin(), shares.end()) - shares.begin();
    const bool is_wrong = vote != labels[row];
    ++seen[label];
    ++all_seen;
    wrong[label] += is_wrong ? 1 : 0;
    all_wrong += is_wrong ? 1 : 0;
  }
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return whole == 0 ? kNone : static_cast<double>(part) / static_cast<double>(whole);
  };
  result.error = share(all_wrong, all_seen);
  for (std::size_t label = 0; label < n_classes; ++label) {
    result.class_errors.push_back(share(wrong[label], seen[label]));
  }
}

}  // namespace

void check_fit_arguments(const Forest& forest, MatrixView points, std::span<const std::int32_t> labels,
                         const ForestParameters& parameters) {
  require(points.n_cols() == static_cast<std::size_t>(forest.n_features),
          fmt::format("{} columns", points.n_cols()), fmt::format("{} as in the fit", forest.n_features));
  require(labels.size() == points.n_rows(),
          fmt::format("{} labels for {} rows", labels.size(), points.n_rows()), "a label for each row");
  require(parameters.n_trees >= 0 && static_cast<std::size_t>(parameters.n_trees) == forest.trees.size(),
          fmt::format("n_trees is {}", parameters.n_trees),
          fmt::format("{} as in the fit", forest.trees.size()));
  for (std::size_t row = 0; row < labels.size(); ++row) {
    require(labels[row] >= 0 && labels[row] < forest.n_classes,
            fmt::format("the label of row {} is {}", row, labels[row]),
            fmt::format("0 to {} as in the fit", forest.n_classes - 1));
  }
}

OutOfBag out_of_bag(const Forest& forest, MatrixView points, std::span<const std::int32_t> labels,
                    const ForestParameters& parameters, std::span<const std::uint64_t> row_keys) {
  check_fit_arguments(forest, points, labels, parameters);
  const std::vector<std::uint32_t> order = rows_by_key("forest", row_keys, points.n_rows());
  const std::vector<std::vector<bool>> is_out = rows_out_of_bags(parameters, order);
  OutOfBag result;
  result.shares = Matrix(points.n_rows(), static_cast<std::size_t>(forest.n_classes));
  result.trees.resize(points.n_rows());
  parallel_for_blocks(points.n_rows(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    if (parameters.cancel != nullptr) parameters.cancel->check();
    add_shares(forest, points, is_out, begin, end, result);
  });
  count_errors(labels, result);
  return result;
}

}  // namespace aisle
