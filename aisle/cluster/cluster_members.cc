#include "aisle/cluster/cluster_members.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

void check(const char* where, MatrixView points, std::span<const std::int32_t> labels) {
  const auto refuse = [&](std::string what, std::string expected) {
    throw InvalidInput(
        {.where = where, .what = std::move(what), .expected = std::move(expected), .remedy = ""});
  };
  if (labels.size() != points.n_rows()) {
    refuse(fmt::format("{} labels for {} rows", labels.size(), points.n_rows()), "a label for each row");
  }
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < -1) refuse(fmt::format("the label of row {} is {}", row, labels[row]), "-1 or more");
    if (labels[row] < 0) continue;
    for (std::size_t col = 0; col < points.n_cols(); ++col) {
      if (!std::isfinite(points(row, col))) {
        refuse(fmt::format("row {}, column {} is {}", row, col, points(row, col)), "a finite number");
      }
    }
  }
}

}  // namespace

ClusterMembers::ClusterMembers(const char* where, MatrixView points, std::span<const std::int32_t> labels) {
  check(where, points, labels);
  const std::int32_t last = labels.empty() ? -1 : *std::max_element(labels.begin(), labels.end());
  starts_.assign(static_cast<std::size_t>(last + 1) + 1, 0);
  for (const std::int32_t label : labels) {
    if (label >= 0) ++starts_[static_cast<std::size_t>(label) + 1];
  }
  for (std::size_t label = 0; label < n_labels(); ++label) {
    if (starts_[label + 1] > 0) ++n_clusters_;
    starts_[label + 1] += starts_[label];
  }
  rows_.resize(starts_.back());
  std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] < 0) continue;
    rows_[next[static_cast<std::size_t>(labels[row])]++] = static_cast<std::int32_t>(row);
  }
}

}  // namespace aisle
