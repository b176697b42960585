#include "aisle/cluster/condensed_tree.h"

#include <fmt/format.h>

#include <limits>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"

namespace aisle {
namespace {

// In two steps: the clusters' own merges are walked from the last one, which only counts the rows that each
// gives; then the rows are written, many merges at once, each to the place that the counts give it.
class Condenser {
 public:
  Condenser(const std::vector<Merge>& merges, int min_cluster_size)
      : merges_(merges), n_points_(static_cast<std::int32_t>(merges.size()) + 1) {
    tree_.n_points = n_points_;
    tree_.min_cluster_size = min_cluster_size;
  }

  CondensedTree run() {
    if (merges_.empty()) return std::move(tree_);
    tree_.edges.resize(walk());
    parallel_for_blocks(kept_.size(), kBlock, [&](std::size_t begin, std::size_t end) {
      std::vector<std::int32_t> dropped;
      for (std::size_t index = begin; index < end; ++index) write(kept_[index], dropped);
    });
    return std::move(tree_);
  }

 private:
  static constexpr std::size_t kBlock = 4096;

  // A merge that is large enough for a cluster.
  struct Kept {
    std::int32_t merge;
    std::int32_t cluster;    // that it belongs to
    std::int32_t born;       // the cluster of its left side where two are born; the right side's is the next
    std::size_t first_edge;  // of the rows that it gives
  };

  // Goes down from the last merge, breadth first, so that clusters are numbered parents first. A side that
  // is too small for a cluster leaves point by point; a side that is not goes on as its parent's cluster,
  // unless both are large enough: then two clusters are born. Returns the number of rows.
  std::size_t walk() {
    std::int32_t next_cluster = n_points_;
    std::size_t n_edges = 0;
    kept_.push_back({static_cast<std::int32_t>(merges_.size()) - 1, next_cluster++, 0, 0});
    for (std::size_t index = 0; index < kept_.size(); ++index) {
      const std::int32_t cluster = kept_[index].cluster;
      const Merge& merge = merges_[static_cast<std::size_t>(kept_[index].merge)];
      kept_[index].born = next_cluster;
      kept_[index].first_edge = n_edges;
      if (splits(merge)) {
        kept_.push_back({merge.left - n_points_, next_cluster++, 0, 0});
        kept_.push_back({merge.right - n_points_, next_cluster++, 0, 0});
        n_edges += 2;
        continue;
      }
      for (const std::int32_t side : {merge.left, merge.right}) {
        if (size(side) >= tree_.min_cluster_size) {
          kept_.push_back({side - n_points_, cluster, 0, 0});
        } else {
          n_edges += static_cast<std::size_t>(size(side));
        }
      }
    }
    return n_edges;
  }

  // The rows of one merge: the two clusters that are born, or the points of the sides that leave.
  void write(const Kept& at, std::vector<std::int32_t>& dropped) {
    const Merge& merge = merges_[static_cast<std::size_t>(at.merge)];
    const double lambda = merge.distance > 0 ? 1.0 / merge.distance : std::numeric_limits<double>::infinity();
    CondensedEdge* edge = tree_.edges.data() + at.first_edge;
    if (splits(merge)) {
      edge[0] = {at.cluster, at.born, lambda, size(merge.left)};
      edge[1] = {at.cluster, at.born + 1, lambda, size(merge.right)};
      return;
    }
    for (const std::int32_t side : {merge.left, merge.right}) {
      if (size(side) >= tree_.min_cluster_size) continue;
      dropped.push_back(side);
      while (!dropped.empty()) {
        const std::int32_t node = dropped.back();
        dropped.pop_back();
        if (node < n_points_) {
          *edge++ = {at.cluster, node, lambda, 1};
          continue;
        }
        const Merge& below = merges_[static_cast<std::size_t>(node - n_points_)];
        dropped.push_back(below.right);
        dropped.push_back(below.left);
      }
    }
  }

  std::int32_t size(std::int32_t node) const {
    return node < n_points_ ? 1 : merges_[static_cast<std::size_t>(node - n_points_)].size;
  }

  bool splits(const Merge& merge) const {
    return size(merge.left) >= tree_.min_cluster_size && size(merge.right) >= tree_.min_cluster_size;
  }

  const std::vector<Merge>& merges_;
  std::int32_t n_points_;
  std::vector<Kept> kept_;
  CondensedTree tree_;
};

}  // namespace

CondensedTree condense(const std::vector<Merge>& merges, int min_cluster_size) {
  if (min_cluster_size < 2) {
    throw InvalidInput(
        {.where = "condense",
         .what = fmt::format("min_cluster_size is {}; it must be at least 2", min_cluster_size),
         .expected = "",
         .remedy = ""});
  }
  return Condenser(merges, min_cluster_size).run();
}

}  // namespace aisle
