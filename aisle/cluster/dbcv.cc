// DBCV: a density tree for each cluster, then the separation of each from the others.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>

#include "aisle/base/parallel.h"
#include "aisle/cluster/atomic_minimum.h"
#include "aisle/cluster/cluster_members.h"
#include "aisle/cluster/density_tree.h"
#include "aisle/cluster/distance_kernels.h"
#include "aisle/cluster/shared_dbcv.h"
#include "aisle/cluster/validity.h"

namespace aisle {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kPointsPerBox = 64;
constexpr std::size_t kGroupsPerBox = kPointsPerBox / kLanes;

// Inner points of one cluster, neighbours in space beside each other, in boxes of 64.
struct BoxedPoints {
  LanePoints packed;
  std::vector<std::int32_t> rows;
  std::vector<double> cores;  // by slot, copies included
};

// A box of points of the cluster at place `cluster`: slots from `first_group` on.
struct Box {
  std::size_t cluster = 0;
  std::size_t first_group = 0;
  double smallest_core = 0;
  std::vector<double> low;
  std::vector<double> high;
};

// Splits at the median of the widest column, on whole boxes, until a part is one box.
void order_in_space(MatrixView points, std::span<std::int32_t> items, std::span<const std::int32_t> rows) {
  if (items.size() <= kPointsPerBox) return;
  const auto value = [&](std::int32_t item, std::size_t col) {
    return points(static_cast<std::size_t>(rows[static_cast<std::size_t>(item)]), col);
  };
  std::size_t widest = 0;
  double width = -1;
  for (std::size_t col = 0; col < points.n_cols(); ++col) {
    double low = kInfinity;
    double high = -kInfinity;
    for (const std::int32_t item : items) {
      low = std::min(low, value(item, col));
      high = std::max(high, value(item, col));
    }
    if (high - low > width) {
      width = high - low;
      widest = col;
    }
  }
  const std::size_t n_boxes = (items.size() + kPointsPerBox - 1) / kPointsPerBox;
  const std::size_t middle = n_boxes / 2 * kPointsPerBox;
  std::nth_element(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(middle), items.end(),
                   [&](std::int32_t a, std::int32_t b) { return value(a, widest) < value(b, widest); });
  order_in_space(points, items.first(middle), rows);
  order_in_space(points, items.subspan(middle), rows);
}

BoxedPoints boxed_points(MatrixView points, const DensityTree& tree) {
  std::vector<std::int32_t> items(tree.inner_rows.size());
  std::iota(items.begin(), items.end(), 0);
  order_in_space(points, items, tree.inner_rows);
  BoxedPoints boxed;
  for (const std::int32_t item : items) {
    boxed.rows.push_back(tree.inner_rows[static_cast<std::size_t>(item)]);
    boxed.cores.push_back(tree.inner_cores[static_cast<std::size_t>(item)]);
  }
  boxed.packed = LanePoints(points, boxed.rows);
  boxed.cores.resize(boxed.packed.n_groups() * kLanes, boxed.cores.back());
  return boxed;
}

// What one cluster brings, whatever the others are.
struct ClusterPart {
  double sparseness = 0;
  BoxedPoints boxed;
};

ClusterPart part_of(MatrixView points, std::span<const std::int32_t> rows, Metric metric,
                    const CancelFlag* cancel) {
  const DensityTree tree = density_tree(points, rows, metric, cancel);
  return {.sparseness = tree.sparseness, .boxed = boxed_points(points, tree)};
}

using PartPointer = std::shared_ptr<const ClusterPart>;

// Finds, for each cluster, the smallest mutual reachability from its inner points to those of another. Boxes
// that cannot lower the value of either cluster are passed over, which changes how long it takes and nothing
// else: the smallest of a set has no order.
class Separations {
 public:
  Separations(MatrixView points, Metric metric, const std::vector<PartPointer>& clusters)
      : points_(points), metric_(metric), clusters_(clusters), smallest_(clusters_.size()) {
    for (auto& value : smallest_) value.store(kInfinity, std::memory_order_relaxed);
    for (std::size_t cluster = 0; cluster < clusters_.size(); ++cluster) add_boxes(cluster);
  }

  std::vector<double> compute(const CancelFlag* cancel) {
    // Near pairs first: they bring the bounds down, so that most of the others are passed over.
    parallel_for(boxes_.size(), [&](std::size_t index) {
      if (cancel != nullptr) cancel->check();
      compare(boxes_[index], boxes_[nearest_box_elsewhere(index)]);
    });
    parallel_for(boxes_.size(), [&](std::size_t index) {
      if (cancel != nullptr) cancel->check();
      const Box& box = boxes_[index];
      for (std::size_t other = box_ends_[box.cluster]; other < boxes_.size(); ++other) {
        if (can_lower(box, boxes_[other])) compare(box, boxes_[other]);
      }
    });
    return {smallest_.begin(), smallest_.end()};
  }

 private:
  void add_boxes(std::size_t cluster) {
    const BoxedPoints& boxed = clusters_[cluster]->boxed;
    for (std::size_t begin = 0; begin < boxed.rows.size(); begin += kPointsPerBox) {
      const std::size_t end = std::min(boxed.rows.size(), begin + kPointsPerBox);
      const auto first = points_.row(static_cast<std::size_t>(boxed.rows[begin]));
      Box box{.cluster = cluster,
              .first_group = begin / kLanes,
              .smallest_core = *std::min_element(&boxed.cores[begin], &boxed.cores[begin] + (end - begin)),
              .low = {first.begin(), first.end()},
              .high = {first.begin(), first.end()}};
      for (std::size_t item = begin; item < end; ++item) {
        const auto point = points_.row(static_cast<std::size_t>(boxed.rows[item]));
        for (std::size_t col = 0; col < point.size(); ++col) {
          box.low[col] = std::min(box.low[col], point[col]);
          box.high[col] = std::max(box.high[col], point[col]);
        }
      }
      boxes_.push_back(std::move(box));
    }
    box_ends_.push_back(boxes_.size());
  }

  std::size_t nearest_box_elsewhere(std::size_t index) const {
    const Box& box = boxes_[index];
    std::size_t nearest = index;
    double smallest = kInfinity;
    for (std::size_t other = 0; other < boxes_.size(); ++other) {
      if (boxes_[other].cluster == box.cluster) continue;
      double distance = 0;
      for (std::size_t col = 0; col < box.low.size(); ++col) {
        distance += std::abs(box.low[col] + box.high[col] - boxes_[other].low[col] - boxes_[other].high[col]);
      }
      if (nearest == index || distance < smallest) {
        smallest = distance;
        nearest = other;
      }
    }
    return nearest;
  }

  // No pair of two boxes is nearer than their gaps, summed over the columns in the order of the kernels;
  // since rounding keeps order, this holds to the last bit.
  double lower_bound(const Box& a, const Box& b) const {
    double sum = 0;
    for (std::size_t col = 0; col < a.low.size(); ++col) {
      const double gap = std::max({0.0, a.low[col] - b.high[col], b.low[col] - a.high[col]});
      sum += metric_ == Metric::kEuclidean ? gap * gap : gap;
    }
    const double distance = metric_ == Metric::kEuclidean ? std::sqrt(sum) : sum;
    return std::max({distance, a.smallest_core, b.smallest_core});
  }

  bool can_lower(const Box& a, const Box& b) const {
    const double bound = lower_bound(a, b);
    return bound < smallest_[a.cluster].load(std::memory_order_relaxed) ||
           bound < smallest_[b.cluster].load(std::memory_order_relaxed);
  }

  void compare(const Box& a, const Box& b) {
    const BoxedPoints& left = clusters_[a.cluster]->boxed;
    const BoxedPoints& right = clusters_[b.cluster]->boxed;
    const std::size_t group_end = std::min(right.packed.n_groups(), b.first_group + kGroupsPerBox);
    const std::size_t begin = a.first_group * kLanes;
    const std::size_t end = std::min(left.rows.size(), begin + kPointsPerBox);
    double smallest = kInfinity;
    for (std::size_t first = begin; first < end; first += kernels::kRowsAtOnce) {
      const std::size_t n_rows = std::min(kernels::kRowsAtOnce, end - first);
      const double* rows[kernels::kRowsAtOnce];
      for (std::size_t item = 0; item < n_rows; ++item) {
        rows[item] = points_.row(static_cast<std::size_t>(left.rows[first + item])).data();
      }
      smallest = std::min(
          smallest, kernels::smallest_reachability(metric_, rows, &left.cores[first], n_rows, right.packed,
                                                   right.cores.data(), b.first_group, group_end));
    }
    lower(smallest_[a.cluster], smallest);
    lower(smallest_[b.cluster], smallest);
  }

  MatrixView points_;
  Metric metric_;
  const std::vector<PartPointer>& clusters_;
  std::vector<std::atomic<double>> smallest_;
  std::vector<Box> boxes_;
  std::vector<std::size_t> box_ends_;  // by cluster
};

double score(double separation, double sparseness) {
  const double larger = std::max(separation, sparseness);
  return larger > 0 ? (separation - sparseness) / larger : 0.0;
}

// `find_part` gives the part of the cluster of these rows; it is called from several threads.
Dbcv dbcv_of(MatrixView points, std::span<const std::int32_t> labels, Metric metric,
             const std::function<PartPointer(std::span<const std::int32_t> rows)>& find_part,
             const CancelFlag* cancel) {
  const ClusterMembers members("dbcv", points, labels);
  constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
  Dbcv result{.index = kUndefined, .by_cluster = std::vector<double>(members.n_labels(), kUndefined)};
  if (members.n_clusters() < 2) return result;

  std::vector<std::size_t> present;
  for (std::size_t label = 0; label < members.n_labels(); ++label) {
    if (!members.rows_of(label).empty()) present.push_back(label);
  }
  std::vector<PartPointer> parts(present.size());
  parallel_for(present.size(),
               [&](std::size_t place) { parts[place] = find_part(members.rows_of(present[place])); });
  const std::vector<double> separation = Separations(points, metric, parts).compute(cancel);
  result.index = 0;
  for (std::size_t place = 0; place < present.size(); ++place) {
    const std::size_t size = members.rows_of(present[place]).size();
    const double value = size == 1 ? 0.0 : score(separation[place], parts[place]->sparseness);
    result.by_cluster[present[place]] = value;
    result.index += static_cast<double>(size) / static_cast<double>(labels.size()) * value;
  }
  return result;
}

}  // namespace

Dbcv dbcv(MatrixView points, std::span<const std::int32_t> labels, Metric metric, const CancelFlag* cancel) {
  const auto find_part = [&](std::span<const std::int32_t> rows) {
    return std::make_shared<const ClusterPart>(part_of(points, rows, metric, cancel));
  };
  return dbcv_of(points, labels, metric, find_part, cancel);
}

struct SharedDbcv::Parts {
  std::mutex mutex;
  std::map<std::vector<std::int32_t>, PartPointer> by_rows;
};

SharedDbcv::SharedDbcv(MatrixView points, Metric metric)
    : points_(points), metric_(metric), parts_(std::make_unique<Parts>()) {}
SharedDbcv::~SharedDbcv() = default;

Dbcv SharedDbcv::of(std::span<const std::int32_t> labels, const CancelFlag* cancel) {
  // Two threads may make the same part at once: it has the same bits, and neither waits for the other.
  const auto find_part = [&](std::span<const std::int32_t> rows) -> PartPointer {
    std::vector<std::int32_t> key(rows.begin(), rows.end());
    {
      const std::lock_guard lock(parts_->mutex);
      const auto found = parts_->by_rows.find(key);
      if (found != parts_->by_rows.end()) return found->second;
    }
    auto part = std::make_shared<const ClusterPart>(part_of(points_, rows, metric_, cancel));
    const std::lock_guard lock(parts_->mutex);
    return parts_->by_rows.emplace(std::move(key), std::move(part)).first->second;
  };
  return dbcv_of(points_, labels, metric_, find_part, cancel);
}

}  // namespace aisle
