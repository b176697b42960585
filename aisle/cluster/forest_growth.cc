// Growing a tree with columns that stay sorted: each column keeps the bootstrap's rows in the order of its
// values, and a split parts every column's rows stably, so no node sorts anything.
#include "aisle/cluster/forest_growth.h"

#include <algorithm>
#include <numeric>

#include "aisle/base/parallel.h"

namespace aisle {
namespace {

constexpr std::uint32_t kBootstrapStream = 0x666f7201;
constexpr std::uint32_t kSplitStream = 0x666f7202;

// Rows [begin, end) of every column's order, to become node `node`.
struct PendingNode {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::int32_t node = 0;
};

// The best split so far. `score` is sum over classes of count^2 / total, left plus right: the larger it is,
// the smaller the Gini impurity. Counts and their squares are whole numbers, exact in double.
struct Split {
  double score = -1;
  std::size_t feature = 0;
  std::uint32_t left_rank = 0;   // the highest on the left
  std::uint32_t right_rank = 0;  // the lowest on the right
};

struct LabelAndCount {
  std::int32_t label = 0;
  std::uint32_t count = 0;  // times in the bootstrap
};

// Counts by class on both sides of a threshold that moves up, with the sums of their squares.
class SplitCounts {
 public:
  explicit SplitCounts(std::size_t n_classes) : left_(n_classes), right_(n_classes) {}

  void start(std::span<const std::int64_t> node_counts) {
    std::fill(left_.begin(), left_.end(), 0);
    std::copy(node_counts.begin(), node_counts.end(), right_.begin());
    left_squares_ = right_squares_ = 0;
    n_left_ = n_right_ = 0;
    for (const std::int64_t count : node_counts) {
      right_squares_ += count * count;
      n_right_ += count;
    }
  }
  void move(LabelAndCount item) {
    const auto label = static_cast<std::size_t>(item.label);
    const std::int64_t count = item.count;
    left_squares_ += count * (2 * left_[label] + count);
    right_squares_ -= count * (2 * right_[label] - count);
    left_[label] += count;
    right_[label] -= count;
    n_left_ += count;
    n_right_ -= count;
  }
  double score() const {
    return static_cast<double>(left_squares_) / static_cast<double>(n_left_) +
           static_cast<double>(right_squares_) / static_cast<double>(n_right_);
  }

 private:
  std::vector<std::int64_t> left_;
  std::vector<std::int64_t> right_;
  std::int64_t left_squares_ = 0;
  std::int64_t right_squares_ = 0;
  std::int64_t n_left_ = 0;
  std::int64_t n_right_ = 0;
};

class TreeGrower {
 public:
  TreeGrower(const ForestData& data, std::uint64_t seed, std::size_t tree, std::size_t max_features)
      : data_(data),
        max_features_(max_features),
        draws_(seed, kSplitStream, tree),
        bag_(data.n_rows),
        goes_left_(data.n_rows),
        features_(data.values.size()),
        node_counts_(static_cast<std::size_t>(data.n_classes)),
        split_counts_(static_cast<std::size_t>(data.n_classes)) {
    std::iota(features_.begin(), features_.end(), std::size_t{0});
    fill_orders(bootstrap_counts(seed, tree, data.n_rows));
  }

  ForestTree grow() {
    std::vector<PendingNode> pending = {{0, orders_.front().size(), 0}};
    tree_.nodes.emplace_back();
    while (!pending.empty()) {
      const PendingNode node = pending.back();
      pending.pop_back();
      const bool pure = count_classes(node);
      Split split;
      if (!pure) split = best_split(node);
      if (split.score < 0) {
        make_leaf(node);
        continue;
      }
      const std::size_t middle = part(node, split);
      const auto left = static_cast<std::int32_t>(tree_.nodes.size());
      tree_.nodes.resize(tree_.nodes.size() + 2);
      tree_.nodes[static_cast<std::size_t>(node.node)] = {static_cast<std::int32_t>(split.feature),
                                                          threshold(split), left, left + 1, -1};
      pending.push_back({middle, node.end, left + 1});
      pending.push_back({node.begin, middle, left});
    }
    return std::move(tree_);
  }

 private:
  void fill_orders(const std::vector<std::uint32_t>& counts) {
    std::size_t n_in_bag = 0;
    for (std::size_t row = 0; row < data_.n_rows; ++row) {
      bag_[row] = {data_.labels[row], counts[row]};
      n_in_bag += counts[row] > 0 ? 1 : 0;
    }
    orders_.resize(data_.values.size());
    for (std::size_t feature = 0; feature < orders_.size(); ++feature) {
      // One slot more: the loop writes each row and keeps it only if it is in the bag.
      std::vector<std::uint32_t>& order = orders_[feature];
      order.resize(n_in_bag + 1);
      std::size_t n_kept = 0;
      for (const std::uint32_t row : data_.sorted_rows[feature]) {
        order[n_kept] = row;
        n_kept += counts[row] > 0 ? 1 : 0;
      }
      order.resize(n_in_bag);
    }
    spare_.resize(n_in_bag);
  }

  // Fills node_counts_; true when the node has one class only.
  bool count_classes(const PendingNode& node) {
    std::fill(node_counts_.begin(), node_counts_.end(), 0);
    const std::vector<std::uint32_t>& order = orders_.front();
    const std::int32_t first = bag_[order[node.begin]].label;
    bool pure = true;
    for (std::size_t place = node.begin; place < node.end; ++place) {
      const LabelAndCount item = bag_[order[place]];
      node_counts_[static_cast<std::size_t>(item.label)] += item.count;
      pure &= item.label == first;
    }
    return pure;
  }

  // Tries max_features columns that vary in the node, drawn without replacement.
  Split best_split(const PendingNode& node) {
    Split best;
    std::size_t n_tried = 0;
    for (std::size_t drawn = 0; drawn < features_.size() && n_tried < max_features_; ++drawn) {
      const auto left = static_cast<std::uint32_t>(features_.size() - drawn);
      std::swap(features_[drawn], features_[drawn + draws_.below(left)]);
      const std::size_t feature = features_[drawn];
      const std::vector<std::uint32_t>& ranks = data_.ranks[feature];
      const std::vector<std::uint32_t>& order = orders_[feature];
      if (ranks[order[node.begin]] == ranks[order[node.end - 1]]) continue;
      try_feature(node, feature, best);
      ++n_tried;
    }
    return best;
  }

  // Gini is concave between rows of one class, so a threshold between two values whose rows are all of the
  // same class is never better than one further out (Fayyad and Irani 1992): it is not scored. What stood at
  // the threshold is kept until the value after it has been seen whole.
  void try_feature(const PendingNode& node, std::size_t feature, Split& best) {
    const std::uint32_t* ranks = data_.ranks[feature].data();
    const std::uint32_t* order = orders_[feature].data();
    constexpr std::int32_t kMixed = -1;
    split_counts_.start(node_counts_);
    Split waiting;
    std::int32_t waiting_label = kMixed;  // of the value below the threshold that waits
    std::uint32_t rank = ranks[order[node.begin]];
    std::int32_t label = bag_[order[node.begin]].label;  // of the value that is being read
    for (std::size_t place = node.begin; place < node.end; ++place) {
      const std::uint32_t row = order[place];
      const LabelAndCount item = bag_[row];
      if (ranks[row] != rank) {
        settle(waiting, waiting_label, label, best);
        waiting = {split_counts_.score(), feature, rank, ranks[row]};
        waiting_label = label;
        rank = ranks[row];
        label = item.label;
      }
      if (item.label != label) label = kMixed;
      split_counts_.move(item);
    }
    settle(waiting, waiting_label, label, best);
  }

  static void settle(const Split& waiting, std::int32_t below, std::int32_t above, Split& best) {
    const bool same_class = below >= 0 && below == above;
    if (!same_class && waiting.score > best.score) best = waiting;
  }

  // Parts every column's rows stably; returns where the right side begins.
  std::size_t part(const PendingNode& node, const Split& split) {
    const std::vector<std::uint32_t>& ranks = data_.ranks[split.feature];
    const std::vector<std::uint32_t>& split_order = orders_[split.feature];
    std::size_t n_left = 0;
    for (std::size_t place = node.begin; place < node.end; ++place) {
      const std::uint32_t row = split_order[place];
      const std::uint8_t left = ranks[row] <= split.left_rank ? 1 : 0;
      goes_left_[row] = left;
      n_left += left;
    }
    for (std::size_t feature = 0; feature < orders_.size(); ++feature) {
      if (feature == split.feature) continue;
      std::uint32_t* order = orders_[feature].data();
      std::uint32_t* to_left = order + node.begin;
      std::uint32_t* to_right = spare_.data();
      for (std::size_t place = node.begin; place < node.end; ++place) {
        const std::uint32_t row = order[place];
        const std::uint8_t left = goes_left_[row];
        *to_left = row;
        *to_right = row;
        to_left += left;
        to_right += 1 - left;
      }
      std::copy(spare_.data(), to_right, to_left);
    }
    return node.begin + n_left;
  }

  double threshold(const Split& split) const {
    const double below = data_.values[split.feature][split.left_rank];
    const double above = data_.values[split.feature][split.right_rank];
    const double middle = below / 2 + above / 2;
    // Two neighbouring doubles have no middle: then the lower value itself parts them.
    return middle >= below && middle < above ? middle : below;
  }

  void make_leaf(const PendingNode& node) {
    const auto n_classes = static_cast<std::size_t>(data_.n_classes);
    tree_.nodes[static_cast<std::size_t>(node.node)].leaf =
        static_cast<std::int32_t>(tree_.leaf_shares.size() / n_classes);
    const auto total =
        static_cast<double>(std::accumulate(node_counts_.begin(), node_counts_.end(), std::int64_t{0}));
    for (const std::int64_t count : node_counts_) {
      tree_.leaf_shares.push_back(static_cast<float>(static_cast<double>(count) / total));
    }
  }

  const ForestData& data_;
  std::size_t max_features_;
  RandomDraws draws_;
  std::vector<LabelAndCount> bag_;                  // by row
  std::vector<std::vector<std::uint32_t>> orders_;  // by column: rows in the bag, by value within each node
  std::vector<std::uint32_t> spare_;
  std::vector<std::uint8_t> goes_left_;
  std::vector<std::size_t> features_;
  std::vector<std::int64_t> node_counts_;
  SplitCounts split_counts_;
  ForestTree tree_;
};

}  // namespace

std::vector<std::uint32_t> bootstrap_counts(std::uint64_t seed, std::size_t tree, std::size_t n_rows) {
  std::vector<std::uint32_t> counts(n_rows);
  RandomDraws draws(seed, kBootstrapStream, tree);
  for (std::size_t draw = 0; draw < n_rows; ++draw) ++counts[draws.below(static_cast<std::uint32_t>(n_rows))];
  return counts;
}

ForestData forest_data(MatrixView points, std::span<const std::int32_t> labels,
                       std::span<const std::uint32_t> order) {
  ForestData data;
  data.n_rows = points.n_rows();
  data.n_classes = *std::max_element(labels.begin(), labels.end()) + 1;
  for (const std::uint32_t row : order) data.labels.push_back(labels[row]);
  data.values.resize(points.n_cols());
  data.sorted_rows.resize(points.n_cols());
  data.ranks.resize(points.n_cols());
  parallel_for(points.n_cols(), [&](std::size_t col) {
    std::vector<std::pair<double, std::uint32_t>> sorted(data.n_rows);
    for (std::size_t row = 0; row < data.n_rows; ++row) {
      sorted[row] = {points(order[row], col), static_cast<std::uint32_t>(row)};
    }
    std::sort(sorted.begin(), sorted.end());
    data.sorted_rows[col].resize(data.n_rows);
    data.ranks[col].resize(data.n_rows);
    for (std::size_t place = 0; place < data.n_rows; ++place) {
      const auto [value, row] = sorted[place];
      if (place == 0 || value != sorted[place - 1].first) data.values[col].push_back(value);
      data.sorted_rows[col][place] = row;
      data.ranks[col][row] = static_cast<std::uint32_t>(data.values[col].size() - 1);
    }
  });
  return data;
}

ForestTree grow_tree(const ForestData& data, std::uint64_t seed, std::size_t tree, std::size_t max_features) {
  return TreeGrower(data, seed, tree, max_features).grow();
}

}  // namespace aisle
