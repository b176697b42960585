#include "aisle/project/nearest.h"

#include <algorithm>

namespace aisle {
namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
  const std::size_t width = right.size() + 1;
  std::vector<std::size_t> before(width), previous(width), current(width);
  for (std::size_t col = 0; col < width; ++col) previous[col] = col;
  for (std::size_t row = 1; row <= left.size(); ++row) {
    current[0] = row;
    for (std::size_t col = 1; col < width; ++col) {
      const std::size_t change = lower(left[row - 1]) == lower(right[col - 1]) ? 0 : 1;
      std::size_t best = std::min({previous[col] + 1, current[col - 1] + 1, previous[col - 1] + change});
      if (row > 1 && col > 1 && lower(left[row - 1]) == lower(right[col - 2]) &&
          lower(left[row - 2]) == lower(right[col - 1])) {
        best = std::min(best, before[col - 2] + 1);
      }
      current[col] = best;
    }
    before.swap(previous);
    previous.swap(current);
  }
  return previous[width - 1];
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  std::string best;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string nearest = nearest_name(name, candidates);
  return nearest.empty() ? "" : "did you mean '" + nearest + "'?";
}

}  // namespace aisle
