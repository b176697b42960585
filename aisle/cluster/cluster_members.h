// Which rows each cluster has; the door of the validity indices. Private to the room.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/matrix.h"

namespace aisle {

// Rows by label, ascending in each: `rows_of(label)`; labels run from 0 to n_labels - 1 and may have no row.
class ClusterMembers {
 public:
  // Throws InvalidInput, named `where`, on labels below -1, another number of labels than rows, or a value of
  // a labelled row that is not finite.
  ClusterMembers(const char* where, MatrixView points, std::span<const std::int32_t> labels);

  std::size_t n_labels() const { return starts_.size() - 1; }
  // Labels that at least one row has.
  std::size_t n_clusters() const { return n_clusters_; }
  std::size_t n_members() const { return rows_.size(); }
  std::span<const std::int32_t> rows_of(std::size_t label) const {
    return std::span(rows_).subspan(starts_[label], starts_[label + 1] - starts_[label]);
  }

 private:
  std::vector<std::int32_t> rows_;
  std::vector<std::size_t> starts_;
  std::size_t n_clusters_ = 0;
};

}  // namespace aisle
