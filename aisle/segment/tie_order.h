// The order in which ties of DBCV's spanning trees are broken: by store id, as the reference's engine does.
//
// Mutual reachability has ties by construction (an edge is often as long as the core distance of its end), a
// cluster's spanning tree is then not unique, and DBCV hangs on which one is grown: over 300 orders of the
// same rows hdbscan's figure for the 100 reference stores goes from 0.073 to 0.136. So the order must come
// from the stores themselves. The reference's rows come from Spark, which lays a store into partition
// murmur3(store_id) modulo 200 (its default number); taking that order, and the store id within a partition,
// gives the reference's figure for any order of the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/validity.h"

namespace aisle {

// Spark's hash of a string: Murmur3 (Appleby 2008), 32 bits, seed 42, the last bytes mixed one by one.
std::int32_t spark_hash(std::string_view text);

// Row numbers in that order.
std::vector<std::size_t> tie_order(const std::vector<std::string>& store_ids);

// DBCV of the rows in that order: `points` and `labels` have a row a store.
Dbcv ordered_dbcv(MatrixView points, std::span<const std::int32_t> labels,
                  const std::vector<std::string>& store_ids, Metric metric,
                  const CancelFlag* cancel = nullptr);

}  // namespace aisle
