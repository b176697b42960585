#include "aisle/cluster/distance_sums.h"

#include <algorithm>

#include "aisle/base/parallel.h"
#include "aisle/cluster/distance_kernels.h"

namespace aisle {
namespace {

constexpr std::size_t kMostParts = 8;
constexpr std::size_t kGroupsPerPart = 64;  // at least; a smaller set is one part
constexpr std::size_t kRowsPerBlock = 64;
// Groups that a block of rows goes through at once: they stay in the second-level cache.
constexpr std::size_t kGroupsPerTile = 128;

// A set cut into parts of whole groups.
class Parts {
 public:
  explicit Parts(const PointSet& set)
      : set_(set),
        n_parts_(std::clamp<std::size_t>(set.packed.n_groups() / kGroupsPerPart, 1, kMostParts)),
        groups_per_part_((set.packed.n_groups() + n_parts_ - 1) / n_parts_) {}

  std::size_t count() const { return n_parts_; }
  std::size_t group_begin(std::size_t part) const {
    return std::min(set_.packed.n_groups(), part * groups_per_part_);
  }
  std::size_t group_end(std::size_t part) const { return group_begin(part + 1); }
  std::size_t begin(std::size_t part) const { return std::min(set_.size(), group_begin(part) * kLanes); }
  std::size_t end(std::size_t part) const { return begin(part + 1); }

 private:
  const PointSet& set_;
  std::size_t n_parts_;
  std::size_t groups_per_part_;
};

// For each part of the other side, the sums of every item of this side with it.
class PartSums {
 public:
  PartSums(std::size_t n_parts, std::size_t n_items) : n_items_(n_items), sums_(n_parts * n_items) {}

  double* of(std::size_t part, std::size_t item) { return sums_.data() + part * n_items_ + item; }
  void add_in_order(std::span<double> totals) const {
    for (std::size_t begin = 0; begin < sums_.size(); begin += n_items_) {
      for (std::size_t item = 0; item < n_items_; ++item) totals[item] += sums_[begin + item];
    }
  }

 private:
  std::size_t n_items_;
  std::vector<double> sums_;
};

// Rows [begin, end) of `left` with groups of `right`. `right_out` is null when right needs no sums; else it
// is written for each point of those groups.
void sum_task(Metric metric, const PointSet& left, std::size_t begin, std::size_t end, const PointSet& right,
              std::size_t group_begin, std::size_t group_end, double* left_out, double* right_out) {
  std::vector<double> lanes((end - begin) * kLanes);
  std::vector<double> slots((right_out != nullptr ? group_end - group_begin : 0) * kLanes);
  for (std::size_t tile = group_begin; tile < group_end; tile += kGroupsPerTile) {
    const std::size_t tile_end = std::min(group_end, tile + kGroupsPerTile);
    for (std::size_t first = begin; first < end; first += kernels::kRowsAtOnce) {
      const std::size_t n_rows = std::min(kernels::kRowsAtOnce, end - first);
      double* sums = lanes.data() + (first - begin) * kLanes;
      if (right_out == nullptr) {
        kernels::add_distances(metric, &left.rows[first], n_rows, right.packed, tile, tile_end, sums);
      } else {
        kernels::add_mutual_distances(metric, &left.rows[first], n_rows, right.packed, tile, tile_end, sums,
                                      slots.data() + (tile - group_begin) * kLanes);
      }
    }
  }
  for (std::size_t item = 0; item < end - begin; ++item) left_out[item] = fold(lanes.data() + item * kLanes);
  if (right_out == nullptr) return;
  const std::size_t n_right = std::min(right.size(), group_end * kLanes) - group_begin * kLanes;
  std::copy_n(slots.begin(), n_right, right_out);
}

}  // namespace

PointSet::PointSet(MatrixView points, std::span<const std::int32_t> matrix_rows)
    : packed(points, matrix_rows) {
  rows.reserve(matrix_rows.size());
  for (const std::int32_t row : matrix_rows) rows.push_back(points.row(static_cast<std::size_t>(row)).data());
}

void add_sums_within(Metric metric, const PointSet& set, std::span<double> sums) {
  const Parts parts(set);
  PartSums part_sums(parts.count(), set.size());
  parallel_for(parts.count() * parts.count(), [&](std::size_t task) {
    const std::size_t left = task / parts.count();
    const std::size_t right = task % parts.count();
    if (right < left || parts.begin(left) == parts.end(left) || parts.begin(right) == parts.end(right))
      return;
    double* right_out = left == right ? nullptr : part_sums.of(left, parts.begin(right));
    sum_task(metric, set, parts.begin(left), parts.end(left), set, parts.group_begin(right),
             parts.group_end(right), part_sums.of(right, parts.begin(left)), right_out);
  });
  part_sums.add_in_order(sums);
}

void add_sums_between(Metric metric, const PointSet& left, const PointSet& right, std::span<double> left_sums,
                      std::span<double> right_sums) {
  if (left.empty() || right.empty()) return;
  const Parts left_parts(left);
  const Parts right_parts(right);
  PartSums of_left(right_parts.count(), left.size());
  PartSums of_right(left_parts.count(), right.size());
  parallel_for(left_parts.count() * right_parts.count(), [&](std::size_t task) {
    const std::size_t l = task / right_parts.count();
    const std::size_t r = task % right_parts.count();
    if (left_parts.begin(l) == left_parts.end(l) || right_parts.begin(r) == right_parts.end(r)) return;
    sum_task(metric, left, left_parts.begin(l), left_parts.end(l), right, right_parts.group_begin(r),
             right_parts.group_end(r), of_left.of(r, left_parts.begin(l)),
             of_right.of(l, right_parts.begin(r)));
  });
  of_left.add_in_order(left_sums);
  of_right.add_in_order(right_sums);
}

void add_sums_to(Metric metric, const PointSet& left, const PointSet& right, std::span<double> left_sums) {
  if (left.empty() || right.empty()) return;
  parallel_for_blocks(left.size(), kRowsPerBlock, [&](std::size_t begin, std::size_t end) {
    double sums[kRowsPerBlock];
    for (std::size_t first = begin; first < end; first += kRowsPerBlock) {
      const std::size_t last = std::min(end, first + kRowsPerBlock);
      sum_task(metric, left, first, last, right, 0, right.packed.n_groups(), sums, nullptr);
      for (std::size_t item = first; item < last; ++item) left_sums[item] += sums[item - first];
    }
  });
}

}  // namespace aisle
