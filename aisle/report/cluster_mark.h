// A cluster's colour and shape, the same on every page: eight colours, then the same with another shape.
// web/src/shared/palette.ts is the same for the app; the colours themselves stand in web/src/shared/page.css.
#pragma once

#include <cstdint>
#include <string>

namespace aisle {

inline constexpr std::int64_t kNumColours = 8;
inline constexpr std::int64_t kNumShapes = 5;  // circle, square, diamond, triangle up, triangle down

// The class of its colour: "c3"; "none" for stores in no cluster.
inline std::string colour_class(std::int64_t cluster) {
  return cluster < 0 ? "none" : "c" + std::to_string(cluster % kNumColours);
}

inline std::int64_t shape_of(std::int64_t cluster) {
  return cluster < 0 ? 0 : cluster / kNumColours % kNumShapes;
}

}  // namespace aisle
