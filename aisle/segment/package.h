// The model package: data/artifacts/model/, JSON and Parquet, nothing that runs on load.
//
//   model.json             format, columns, medians, means, deviations, shares, levels, loadings, scale, mix
//                          categories, selection, how the features were made, digests of the files below
//   matrix.parquet         store_id and the training matrix
//   points.parquet         store_id, core_distance, cluster, probability, outlier_score
//   condensed_tree.parquet parent, child, lambda, child_size
//   forest_nodes.parquet   tree, feature, threshold, left, right, leaf; nodes in order, node 0 the root
//   forest_leaves.parquet  tree, leaf, class, share; shares above 0 only
// docs/model-package.md says it field by field. Floating-point values keep every bit.
#pragma once

#include <filesystem>

#include "aisle/engine/engine.h"
#include "aisle/segment/model.h"

namespace aisle {

inline constexpr int kModelFormat = 1;

// Writes the package's files into `folder`, which exists. The caller stages the folder.
void write_model(Engine& engine, const Model& model, const std::filesystem::path& folder);

// Reads a package whole. Throws DataError naming the file when one is missing, damaged (its content is not
// what model.json says), no package of aisle's, or made by a newer aisle; and when its parts do not fit
// together.
Model read_model(Engine& engine, const std::filesystem::path& folder);

}  // namespace aisle
