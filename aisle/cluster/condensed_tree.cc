#include "aisle/cluster/condensed_tree.h"

#include <fmt/format.h>

#include <limits>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

class Condenser {
 public:
  Condenser(const std::vector<Merge>& merges, int min_cluster_size)
      : merges_(merges), n_points_(static_cast<std::int32_t>(merges.size()) + 1) {
    tree_.n_points = n_points_;
    tree_.min_cluster_size = min_cluster_size;
    tree_.edges.reserve(merges.size() + 1);
  }

  // Goes down from the last merge, breadth first, so that clusters are numbered parents first. A side that
  // is too small for a cluster leaves point by point; a side that is not goes on as its parent's cluster,
  // unless both are large enough: then two clusters are born.
  CondensedTree run() {
    if (merges_.empty()) return std::move(tree_);
    std::int32_t next_cluster = n_points_;
    std::vector<Kept> kept;
    kept.push_back({static_cast<std::int32_t>(merges_.size()) - 1, next_cluster++});
    for (std::size_t index = 0; index < kept.size(); ++index) {
      const Kept at = kept[index];
      const Merge& merge = merges_[static_cast<std::size_t>(at.merge)];
      const double lambda =
          merge.distance > 0 ? 1.0 / merge.distance : std::numeric_limits<double>::infinity();
      const bool keep_left = size(merge.left) >= tree_.min_cluster_size;
      const bool keep_right = size(merge.right) >= tree_.min_cluster_size;
      for (const std::int32_t side : {merge.left, merge.right}) {
        if (keep_left && keep_right) {
          tree_.edges.push_back({at.cluster, next_cluster, lambda, size(side)});
          kept.push_back({side - n_points_, next_cluster++});
        } else if (size(side) >= tree_.min_cluster_size) {
          kept.push_back({side - n_points_, at.cluster});
        } else {
          drop(side, at.cluster, lambda);
        }
      }
    }
    return std::move(tree_);
  }

 private:
  // A merge that is large enough for a cluster, and the cluster it belongs to.
  struct Kept {
    std::int32_t merge;
    std::int32_t cluster;
  };

  std::int32_t size(std::int32_t node) const {
    return node < n_points_ ? 1 : merges_[static_cast<std::size_t>(node - n_points_)].size;
  }

  // All points below `node` leave `cluster`.
  void drop(std::int32_t node, std::int32_t cluster, double lambda) {
    dropped_.push_back(node);
    while (!dropped_.empty()) {
      const std::int32_t at = dropped_.back();
      dropped_.pop_back();
      if (at < n_points_) {
        tree_.edges.push_back({cluster, at, lambda, 1});
        continue;
      }
      const Merge& merge = merges_[static_cast<std::size_t>(at - n_points_)];
      dropped_.push_back(merge.right);
      dropped_.push_back(merge.left);
    }
  }

  const std::vector<Merge>& merges_;
  std::int32_t n_points_;
  std::vector<std::int32_t> dropped_;
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
