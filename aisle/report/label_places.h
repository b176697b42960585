// Where the labels of a picture go: beside their own points, on no point and on no other label.
// web/src/shared/charts/labelPlaces.ts does the same for the map that follows the screen's size.
#pragma once

#include <cstddef>
#include <vector>

namespace aisle {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  bool meets(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

struct LabelPlace {
  Box box;
  double n_touched = 0;  // points that the label covers or touches; each label that it meets counts many
};

class LabelPlaces {
 public:
  // A picture of this size with `points`, each a mark of this radius.
  LabelPlaces(double width, double height, const std::vector<Point>& points, double radius);

  // The place for a label of this size beside `own` that touches the least, and of those the one nearest to
  // one of them. The places of a grid are looked at. The first on a tie.
  LabelPlace find(const std::vector<Point>& own, double width, double height) const;
  // Keeps later labels off `box`.
  void take(const Box& box) { taken_.push_back(box); }

 private:
  double n_touched(const Box& box) const;
  std::size_t sum_before(double x, double y) const;

  double width_;
  double height_;
  std::size_t n_cols_;
  std::vector<std::size_t> sums_;  // marks' cells in the rectangle from the corner to each cell
  std::vector<Box> taken_;
};

}  // namespace aisle
