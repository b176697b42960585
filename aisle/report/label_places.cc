#include "aisle/report/label_places.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aisle {
namespace {

constexpr double kCell = 2;           // of the count of marks, in the picture's units
constexpr double kStep = 6;           // between the places that are looked at
constexpr double kEdge = 6;           // between a label and the picture's edge
constexpr double kFarthest = 40;      // from its own points: further off it would name others
constexpr double kLabelCounts = 1e4;  // a label on a label is worse than on any points
constexpr std::size_t kMostOwn = 64;

double distance_to(const Box& box, const Point& point) {
  const double x = std::max({box.left - point.x, point.x - box.right, 0.0});
  const double y = std::max({box.top - point.y, point.y - box.bottom, 0.0});
  return std::hypot(x, y);
}

std::vector<Point> some_of(const std::vector<Point>& points) {
  std::vector<Point> some;
  const std::size_t step = points.size() / kMostOwn + 1;
  for (std::size_t at = 0; at < points.size(); at += step) some.push_back(points[at]);
  return some;
}

}  // namespace

LabelPlaces::LabelPlaces(double width, double height, const std::vector<Point>& points, double radius)
    : width_(width), height_(height), n_cols_(static_cast<std::size_t>(width / kCell) + 2) {
  const std::size_t n_rows = static_cast<std::size_t>(height / kCell) + 2;
  sums_.assign(n_cols_ * n_rows, 0);
  const auto cell = [](double at, double most) {
    return static_cast<std::size_t>(std::clamp(at, 0.0, most) / kCell) + 1;
  };
  for (const Point& point : points) {
    for (std::size_t row = cell(point.y - radius, height); row <= cell(point.y + radius, height); ++row) {
      for (std::size_t col = cell(point.x - radius, width); col <= cell(point.x + radius, width); ++col) {
        ++sums_[row * n_cols_ + col];
      }
    }
  }
  for (std::size_t row = 1; row < n_rows; ++row) {
    for (std::size_t col = 1; col < n_cols_; ++col) {
      sums_[row * n_cols_ + col] += sums_[(row - 1) * n_cols_ + col] + sums_[row * n_cols_ + col - 1] -
                                    sums_[(row - 1) * n_cols_ + col - 1];
    }
  }
}

// Over the cells that lie before x and y, or hold them.
std::size_t LabelPlaces::sum_before(double x, double y) const {
  const auto place = [](double at, double most) {
    return at < 0 ? std::size_t{0} : static_cast<std::size_t>(std::min(at, most) / kCell) + 1;
  };
  return sums_[place(y, height_) * n_cols_ + place(x, width_)];
}

double LabelPlaces::n_touched(const Box& box) const {
  const std::size_t marks = sum_before(box.right, box.bottom) +
                            sum_before(box.left - kCell, box.top - kCell) -
                            sum_before(box.left - kCell, box.bottom) - sum_before(box.right, box.top - kCell);
  const auto n_labels =
      std::count_if(taken_.begin(), taken_.end(), [&](const Box& other) { return box.meets(other); });
  return static_cast<double>(marks) + kLabelCounts * static_cast<double>(n_labels);
}

LabelPlace LabelPlaces::find(const std::vector<Point>& own, double width, double height) const {
  const std::vector<Point> near = some_of(own);
  LabelPlace best{.box = {}, .n_touched = std::numeric_limits<double>::infinity()};
  double least = std::numeric_limits<double>::infinity();
  for (double top = kEdge; top + height + kEdge <= height_; top += kStep) {
    for (double left = kEdge; left == kEdge || left + width + kEdge <= width_; left += kStep) {
      const Box box{left, top, left + width, top + height};
      const double touched = n_touched(box);
      if (touched > best.n_touched) continue;
      double distance = std::numeric_limits<double>::infinity();
      for (const Point& point : near) distance = std::min(distance, distance_to(box, point));
      if (!near.empty()) {
        if (distance > kFarthest) continue;
        // Of places equally near the one in the middle of its points.
        const Point& middle = near[near.size() / 2];
        distance +=
            0.05 * std::hypot((box.left + box.right) / 2 - middle.x, (box.top + box.bottom) / 2 - middle.y);
      }
      if (touched < best.n_touched || distance < least) {
        best = {.box = box, .n_touched = touched};
        least = distance;
      }
    }
  }
  return best;
}

}  // namespace aisle
