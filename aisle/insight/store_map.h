// A place in the plane for every store, made once: data/artifacts/insight/map.json (shape: docs/insight.md).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/insight/store_space.h"

namespace aisle {

inline constexpr int kMapFormat = 1;

struct PrincipalAxes {
  Matrix positions;               // n x 2; an axis that is not there is 0
  std::vector<double> explained;  // of both axes, shares of the variance; 0 when nothing varies
};

// The first two principal axes of the rows of `fitted`, and where the rows of `points` lie on them. Each axis
// has its largest absolute loading positive, the first such on a tie.
PrincipalAxes principal_axes(MatrixView fitted, MatrixView points);

struct StoreMap {
  std::string fit;
  Matrix tsne;  // by point of the space
  double perplexity = 0;
  PrincipalAxes axes;  // by point of the space
};

StoreMap map_stores(const InsightData& data, const StoreSpace& space, const CancelFlag* cancel = nullptr);
std::string map_json(const StoreMap& map, const StoreSpace& space);

}  // namespace aisle
