#include "aisle/segment/tie_order.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace aisle {
namespace {

constexpr std::int32_t kPartitions = 200;
constexpr std::uint32_t kSeed = 42;

std::uint32_t mixed(std::uint32_t hash, std::uint32_t word) {
  word = std::rotl(word * 0xcc9e2d51U, 15) * 0x1b873593U;
  return std::rotl(hash ^ word, 13) * 5 + 0xe6546b64U;
}

std::int32_t partition_of(std::string_view id) {
  const std::int32_t rest = spark_hash(id) % kPartitions;
  return rest < 0 ? rest + kPartitions : rest;
}

}  // namespace

std::int32_t spark_hash(std::string_view text) {
  std::uint32_t hash = kSeed;
  const std::size_t whole = text.size() / 4 * 4;
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  };
  for (std::size_t at = 0; at < whole; at += 4) {
    hash = mixed(hash, byte(at) | byte(at + 1) << 8 | byte(at + 2) << 16 | byte(at + 3) << 24);
  }
  for (std::size_t at = whole; at < text.size(); ++at) {
    // Signed bytes, as Java has them.
    const auto letter = static_cast<std::int32_t>(static_cast<signed char>(text[at]));
    hash = mixed(hash, static_cast<std::uint32_t>(letter));
  }
  hash ^= static_cast<std::uint32_t>(text.size());
  hash = (hash ^ hash >> 16) * 0x85ebca6bU;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35U;
  return static_cast<std::int32_t>(hash ^ hash >> 16);
}

std::vector<std::size_t> tie_order(const std::vector<std::string>& store_ids) {
  std::vector<std::int32_t> partitions;
  partitions.reserve(store_ids.size());
  for (const std::string& id : store_ids) partitions.push_back(partition_of(id));
  std::vector<std::size_t> order(store_ids.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return partitions[a] != partitions[b] ? partitions[a] < partitions[b] : store_ids[a] < store_ids[b];
  });
  return order;
}

Dbcv ordered_dbcv(MatrixView points, std::span<const std::int32_t> labels,
                  const std::vector<std::string>& store_ids, Metric metric, const CancelFlag* cancel) {
  const auto order = tie_order(store_ids);
  Matrix ordered(order.size(), points.n_cols());
  std::vector<std::int32_t> ordered_labels(order.size());
  for (std::size_t at = 0; at < order.size(); ++at) {
    const auto row = points.row(order[at]);
    std::copy(row.begin(), row.end(), ordered.row(at).begin());
    ordered_labels[at] = labels[order[at]];
  }
  return dbcv(ordered, ordered_labels, metric, cancel);
}

}  // namespace aisle
