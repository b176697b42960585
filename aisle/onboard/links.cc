#include "aisle/onboard/links.h"

#include <cstdint>

namespace aisle {
namespace {

constexpr double kLeastFound = 0.5;
// Fewer keys than this match anything by chance.
constexpr std::size_t kFewestKeys = 3;

bool can_be_id(const ColumnProfile& column) {
  return column.kind == ValueKind::kText || column.kind == ValueKind::kWhole;
}

std::size_t count_common(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& right) {
  std::size_t common = 0, at = 0;
  for (const std::uint64_t id : left) {
    while (at < right.size() && right[at] < id) ++at;
    if (at < right.size() && right[at] == id) ++common;
  }
  return common;
}

}  // namespace

std::vector<Link> find_links(const std::vector<SourceProfile>& sources) {
  std::vector<Link> links;
  for (std::size_t key_source = 0; key_source < sources.size(); ++key_source) {
    for (std::size_t key_column = 0; key_column < sources[key_source].columns.size(); ++key_column) {
      const ColumnProfile& key = sources[key_source].columns[key_column];
      if (!can_be_id(key) || !key.is_key() || key.ids.size() < kFewestKeys) continue;
      for (std::size_t source = 0; source < sources.size(); ++source) {
        if (source == key_source) continue;
        for (std::size_t column = 0; column < sources[source].columns.size(); ++column) {
          const ColumnProfile& from = sources[source].columns[column];
          if (!can_be_id(from) || from.ids.empty()) continue;
          const double common = static_cast<double>(count_common(from.ids, key.ids));
          const Link link = {source,
                             column,
                             key_source,
                             key_column,
                             common / static_cast<double>(from.ids.size()),
                             common / static_cast<double>(key.ids.size())};
          if (link.found >= kLeastFound) links.push_back(link);
        }
      }
    }
  }
  return links;
}

}  // namespace aisle
