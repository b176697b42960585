// Names and columns that the writer and the reader of the model package share.
#pragma once

namespace aisle::package {

inline constexpr const char* kKind = "aisle-model";
inline constexpr const char* kModelFile = "model.json";
inline constexpr const char* kMatrixFile = "matrix.parquet";
inline constexpr const char* kPointsFile = "points.parquet";
inline constexpr const char* kTreeFile = "condensed_tree.parquet";
inline constexpr const char* kNodesFile = "forest_nodes.parquet";
inline constexpr const char* kLeavesFile = "forest_leaves.parquet";

}  // namespace aisle::package
