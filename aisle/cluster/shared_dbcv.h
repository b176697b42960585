// DBCV of many clusterings of the same points. What it asks of one cluster (core distances and spanning tree,
// nearly all of the work) hangs on the cluster's own rows, so clusterings that share clusters share it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/metric.h"
#include "aisle/cluster/validity.h"

namespace aisle {

// Keeps what it has made of every cluster seen: memory O(rows x columns) of those clusters together.
class SharedDbcv {
 public:
  // `points` must outlive it.
  SharedDbcv(MatrixView points, Metric metric);
  ~SharedDbcv();  // defined where what it keeps is

  // What `dbcv` gives, to the last bit; throws likewise. May be called from several threads.
  Dbcv of(std::span<const std::int32_t> labels, const CancelFlag* cancel = nullptr);

 private:
  struct Parts;

  MatrixView points_;
  Metric metric_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace aisle
