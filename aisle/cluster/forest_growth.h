// How one tree of a forest is grown, and read. Private to the room.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/base/random.h"
#include "aisle/cluster/forest.h"

namespace aisle {

// What all trees share: the rows in the order of their keys, each column sorted once.
struct ForestData {
  std::size_t n_rows = 0;
  std::int32_t n_classes = 0;
  std::vector<std::int32_t> labels;
  // By column: the distinct values ascending, the rows ascending by value (then row), and each row's place
  // among the distinct values.
  std::vector<std::vector<double>> values;
  std::vector<std::vector<std::uint32_t>> sorted_rows;
  std::vector<std::vector<std::uint32_t>> ranks;
};

ForestData forest_data(MatrixView points, std::span<const std::int32_t> labels,
                       std::span<const std::uint32_t> order);

// Grows tree number `tree`. Depends on nothing but its arguments.
ForestTree grow_tree(const ForestData& data, std::uint64_t seed, std::size_t tree, std::size_t max_features);

// Throws InvalidInput unless these can be the arguments of the forest's fit.
void check_fit_arguments(const Forest& forest, MatrixView points, std::span<const std::int32_t> labels,
                         const ForestParameters& parameters);

// The leaf that a point falls into.
std::size_t leaf_of(const ForestTree& tree, std::span<const double> point);

}  // namespace aisle
