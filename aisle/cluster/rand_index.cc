// The adjusted Rand index, from the table of counts of both clusterings.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/cluster/validity.h"

namespace aisle {
namespace {

// Pairs within groups: the sum of n (n - 1) / 2 over runs of equal items of a sorted range.
template <typename Items>
double pairs_within(const Items& sorted) {
  double pairs = 0;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    while (end < sorted.size() && sorted[end] == sorted[begin]) ++end;
    const auto count = static_cast<double>(end - begin);
    pairs += count * (count - 1) / 2;
    begin = end;
  }
  return pairs;
}

double pairs_within_labels(std::span<const std::int32_t> labels) {
  std::vector<std::int32_t> sorted(labels.begin(), labels.end());
  std::sort(sorted.begin(), sorted.end());
  return pairs_within(sorted);
}

}  // namespace

double adjusted_rand_index(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
  if (a.size() != b.size()) {
    throw InvalidInput({.where = "adjusted_rand_index",
                        .what = fmt::format("{} labels against {}", a.size(), b.size()),
                        .expected = "two labels for each row",
                        .remedy = ""});
  }
  const auto n = static_cast<double>(a.size());
  const double all = n * (n - 1) / 2;
  if (a.size() < 2) return 1.0;
  std::vector<std::pair<std::int32_t, std::int32_t>> both(a.size());
  for (std::size_t row = 0; row < a.size(); ++row) both[row] = {a[row], b[row]};
  std::sort(both.begin(), both.end());
  const double together = pairs_within(both);
  const double in_a = pairs_within_labels(a);
  const double in_b = pairs_within_labels(b);
  const double expected = in_a / all * in_b;
  const double most = (in_a + in_b) / 2;
  // Both are one group, or both all single rows: nothing could differ, and nothing does.
  if (most == expected) return 1.0;
  return (together - expected) / (most - expected);
}

}  // namespace aisle
