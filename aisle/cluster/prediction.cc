#include "aisle/cluster/prediction.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/checks.h"
#include "aisle/cluster/neighbours.h"
#include "aisle/cluster/selection.h"

namespace aisle {
namespace {

constexpr const char* kWhere = "predict";
constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Points that are searched together: enough for leaves of points that lie close, at a bounded memory.
constexpr std::size_t kPointsOfBlock = 131072;
constexpr std::size_t kLeavesOfTask = 16;
constexpr std::int32_t kNoLabel = -1;
// As labels of a part of the tree: it has no clustered row. And as the label to exclude: none.
constexpr std::int32_t kNothing = -2;
constexpr std::int32_t kExcludeNone = -3;

void check_length(const char* name, std::size_t length, std::size_t n_rows) {
  if (length == n_rows) return;
  throw InvalidInput({.where = kWhere,
                      .what = fmt::format("{} has {} values, the fit {} rows", name, length, n_rows),
                      .expected = "the rows, core distances, tree and selection of one fit",
                      .remedy = ""});
}

// What the rows below have in common: kNothing while there is none with a label, kNoLabel for several.
std::int32_t common_label(std::int32_t a, std::int32_t b) {
  if (a == kNothing) return b;
  return b == kNothing || a == b ? a : kNoLabel;
}

}  // namespace

// The points that are searched together, as a tree of their own, with their neighbours among the rows.
struct HdbscanPredictor::Block {
  KdTree points;
  NeighbourLists lists;
};

HdbscanPredictor::HdbscanPredictor(MatrixView rows, const HdbscanOptions& options,
                                   std::span<const double> core_distances, const CondensedTree& tree,
                                   const ClusterSelection& selection, std::span<const std::uint64_t> row_keys)
    : metric_(options.metric),
      n_cols_(rows.n_cols()),
      memberships_(tree, selection.tree_nodes, options.selection.cluster_selection_epsilon) {
  const std::size_t n = rows.n_rows();
  check_selection(kWhere, options.selection);
  check_points(kWhere, rows);
  check_row_keys(kWhere, row_keys, n);
  check_length("core_distances", core_distances.size(), n);
  check_length("tree", static_cast<std::size_t>(tree.n_points), n);
  check_length("selection", selection.labels.size(), n);
  min_samples_ = static_cast<std::size_t>(min_samples_of(options));
  if (n == 0) return;
  tree_ = build_kd_tree(rows);
  kernels_ = tree_kernels(metric_, n_cols_);
  const std::size_t padded = tree_.n_leaves * KdTree::kLeafSize;
  core_distances_ = AlignedArray<double>(padded);
  keys_.resize(n);
  std::fill_n(core_distances_.data(), padded, kInfinity);
  for (std::size_t position = 0; position < n; ++position) {
    const auto row = static_cast<std::size_t>(tree_.rows[position]);
    keys_[position] = row_keys.empty() ? row : row_keys[row];
    const double core = core_distances[row];
    core_distances_[position] = metric_ == Metric::kEuclidean ? core * core : core;
  }
  child_core_distances_ = child_core_distances(tree_, core_distances_);
  read_tree(tree);
  mark_labels();
}

void HdbscanPredictor::read_tree(const CondensedTree& tree) {
  std::vector<Row> by_row(tree_.n_points);
  for (const CondensedEdge& edge : tree.edges) {
    if (edge.child >= tree.n_points) continue;
    Row& row = by_row[static_cast<std::size_t>(edge.child)];
    row.left = edge.parent - tree.n_points;
    row.lambda = edge.lambda;
    row.label = memberships_.label(static_cast<std::size_t>(row.left), row.lambda);
  }
  rows_.resize(tree_.n_points);
  for (std::size_t position = 0; position < tree_.n_points; ++position) {
    rows_[position] = by_row[static_cast<std::size_t>(tree_.rows[position])];
  }
}

// Prepares the search for another cluster: noise is out of reach, and a part of the tree whose clustered rows
// have one label is skipped when that label is excluded.
void HdbscanPredictor::mark_labels() {
  labels_.resize(tree_.n_points);
  labelled_cores_ = AlignedArray<double>(core_distances_.size());
  std::copy_n(core_distances_.data(), core_distances_.size(), labelled_cores_.data());
  for (std::size_t position = 0; position < tree_.n_points; ++position) {
    labels_[position] = rows_[position].label;
    if (labels_[position] == kNoLabel) labelled_cores_[position] = kInfinity;
  }
  child_labelled_cores_ = child_core_distances(tree_, labelled_cores_);
  child_labels_ = AlignedArray<std::int32_t>(tree_.nodes.size() * KdNode::kWidth);
  for (std::size_t node = tree_.nodes.size(); node-- > 0;) {
    std::int32_t* below = child_labels_.data() + node * KdNode::kWidth;
    std::fill_n(below, KdNode::kWidth, kNoLabel);
    for (std::int32_t place = 0; place < tree_.nodes[node].n_children; ++place) {
      const std::int32_t child = tree_.nodes[node].children[place];
      std::int32_t label = kNothing;
      if (child < 0) {
        const std::size_t leaf = static_cast<std::size_t>(-1 - child);
        for (std::size_t lane = 0; lane < tree_.leaf_count(leaf); ++lane) {
          const std::int32_t own = labels_[leaf * KdTree::kLeafSize + lane];
          if (own != kNoLabel) label = common_label(label, own);
        }
      } else {
        const auto n_children =
            static_cast<std::size_t>(tree_.nodes[static_cast<std::size_t>(child)].n_children);
        const std::int32_t* inner = child_labels_.data() + static_cast<std::size_t>(child) * KdNode::kWidth;
        for (std::size_t at = 0; at < n_children; ++at) label = common_label(label, inner[at]);
      }
      below[place] = label;
    }
  }
}

ComponentView HdbscanPredictor::view(const AlignedArray<double>& cores,
                                     const AlignedArray<double>& child_cores) const {
  return {cores.data(), keys_.data(), labels_.data(), child_labels_.data(), child_cores.data()};
}

double HdbscanPredictor::lambda_of(double reduced) const {
  const double distance = metric_ == Metric::kEuclidean ? std::sqrt(reduced) : reduced;
  return distance > 0 ? 1.0 / distance : kInfinity;
}

void HdbscanPredictor::place(const Attachment& attachment, bool is_twin, std::size_t out_row,
                             Prediction& out) const {
  // Further from all rows than a number can say.
  if (attachment.target < 0) {
    out.outlier_scores[out_row] = memberships_.outlier_score(0, 0.0);
    return;
  }
  const auto position = static_cast<std::size_t>(attachment.target);
  const Row& row = rows_[position];
  const double lambda = is_twin ? row.lambda : std::min(row.lambda, lambda_of(attachment.weight));
  auto left = static_cast<std::size_t>(row.left);
  if (lambda < row.lambda) left = memberships_.at_density(left, lambda);
  const std::int32_t label = memberships_.label(left, lambda);
  out.attached_rows[out_row] = tree_.rows[position];
  out.labels[out_row] = label;
  out.probabilities[out_row] = label == kNoLabel ? 0.0 : memberships_.strength(label, lambda);
  out.outlier_scores[out_row] = memberships_.outlier_score(left, lambda);
}

void HdbscanPredictor::place_next(const Attachment& attachment, std::size_t out_row, Prediction& out) const {
  if (attachment.target < 0) return;
  const Row& row = rows_[static_cast<std::size_t>(attachment.target)];
  out.next_labels[out_row] = row.label;
  out.next_strengths[out_row] =
      memberships_.strength(row.label, std::min(row.lambda, lambda_of(attachment.weight)));
}

void HdbscanPredictor::predict_point(const Block& block, std::size_t position, std::size_t out_row,
                                     Prediction& out) const {
  const NeighbourLists& lists = block.lists;
  const std::int32_t* neighbours = lists.positions.data() + position * lists.n_kept;
  const double* distances = lists.distances.data() + position * lists.n_kept;
  const bool is_twin = distances[0] == 0;
  double core = lists.core_distances[position];
  if (is_twin) core = core_distances_[static_cast<std::size_t>(neighbours[0])];
  Attachment own;
  const auto offer = [&](Attachment& best, std::size_t place) {
    const double row_core = core_distances_[static_cast<std::size_t>(neighbours[place])];
    const double weight = std::max({core, row_core, distances[place]});
    const Attachment found{weight, distances[place], neighbours[place]};
    if (weight < kInfinity && attaches_before(found, best, keys_.data())) best = found;
  };
  for (std::size_t place = 0; place < lists.n_kept && neighbours[place] >= 0; ++place) {
    if (!is_twin || distances[place] == 0) offer(own, place);
  }
  // What is not listed is at least the radius away, and so is its mutual reachability.
  const double radius = lists.radii[position];
  const bool is_found = own.weight < radius || (own.weight == radius && own.distance < radius);
  if (!is_twin && !is_found) {
    own = kernels_.nearest_attachment(tree_, view(core_distances_, child_core_distances_), block.points,
                                      position, core, kExcludeNone, own);
  }
  place(own, is_twin, out_row, out);
  if (memberships_.n_labels() == 0) return;
  const std::int32_t label = out.labels[out_row];
  Attachment next;
  for (std::size_t place = 0; place < lists.n_kept && neighbours[place] >= 0; ++place) {
    const std::int32_t other = labels_[static_cast<std::size_t>(neighbours[place])];
    if (other != kNoLabel && other != label) offer(next, place);
  }
  if (memberships_.n_labels() > 1 || label == kNoLabel) {
    next = kernels_.nearest_attachment(tree_, view(labelled_cores_, child_labelled_cores_), block.points,
                                       position, core, label == kNoLabel ? kExcludeNone : label, next);
  }
  place_next(next, out_row, out);
}

void HdbscanPredictor::predict_block(MatrixView points, std::size_t first, const CancelFlag* cancel,
                                     Prediction& out) const {
  const std::size_t count = std::min(points.n_rows() - first, kPointsOfBlock);
  Block block;
  block.points = build_kd_tree({points.data() + first * n_cols_, count, n_cols_});
  block.lists = find_neighbours(tree_, block.points, min_samples_, kernels_, cancel);
  parallel_for_blocks(block.points.n_leaves, kLeavesOfTask, [&](std::size_t begin, std::size_t end) {
    if (cancel != nullptr) cancel->check();
    const std::size_t last = std::min(count, end * KdTree::kLeafSize);
    for (std::size_t position = begin * KdTree::kLeafSize; position < last; ++position) {
      predict_point(block, position, first + static_cast<std::size_t>(block.points.rows[position]), out);
    }
  });
}

Prediction HdbscanPredictor::predict(MatrixView points, const PredictionOptions& options) const {
  const std::size_t n = points.n_rows();
  check_points(kWhere, points);
  if (n > 0 && points.n_cols() != n_cols_) {
    throw InvalidInput({.where = kWhere,
                        .what = fmt::format("points have {} columns", points.n_cols()),
                        .expected = fmt::format("the {} columns of the fit, in its order", n_cols_),
                        .remedy = ""});
  }
  Prediction out{.labels = std::vector<std::int32_t>(n, kNoLabel),
                 .probabilities = std::vector<double>(n, 0.0),
                 .next_labels = std::vector<std::int32_t>(n, kNoLabel),
                 .next_strengths = std::vector<double>(n, 0.0),
                 .outlier_scores = std::vector<double>(n, 0.0),
                 .attached_rows = std::vector<std::int32_t>(n, -1)};
  if (tree_.n_points == 0) return out;
  for (std::size_t first = 0; first < n; first += kPointsOfBlock) {
    if (options.cancel != nullptr) options.cancel->check();
    predict_block(points, first, options.cancel, out);
    if (options.progress) options.progress(std::min(n, first + kPointsOfBlock), n);
  }
  return out;
}

}  // namespace aisle
