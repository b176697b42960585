#include "aisle/cli/verbs/line_diff.h"

#include <algorithm>
#include <sstream>
#include <vector>

namespace aisle {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

struct DiffLine {
  char mark = ' ';
  std::string text;
};

std::vector<DiffLine> marked_lines(const std::vector<std::string>& before,
                                   const std::vector<std::string>& after) {
  // longest[i][j]: lines that before from i and after from j have in common, in order.
  std::vector<std::vector<int>> longest(before.size() + 1, std::vector<int>(after.size() + 1));
  for (std::size_t i = before.size(); i-- > 0;) {
    for (std::size_t j = after.size(); j-- > 0;) {
      longest[i][j] =
          before[i] == after[j] ? longest[i + 1][j + 1] + 1 : std::max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  std::vector<DiffLine> lines;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < before.size() || j < after.size()) {
    if (i < before.size() && j < after.size() && before[i] == after[j]) {
      lines.push_back({' ', before[i]});
      ++i;
      ++j;
    } else if (j == after.size() || (i < before.size() && longest[i + 1][j] >= longest[i][j + 1])) {
      lines.push_back({'-', before[i++]});
    } else {
      lines.push_back({'+', after[j++]});
    }
  }
  return lines;
}

}  // namespace

std::string line_diff(const std::string& before, const std::string& after) {
  const std::vector<DiffLine> lines = marked_lines(lines_of(before), lines_of(after));
  const auto is_shown = [&](std::size_t at) {
    const std::size_t from = at == 0 ? 0 : at - 1;
    const std::size_t end = std::min(lines.size(), at + 2);
    return std::any_of(lines.begin() + static_cast<std::ptrdiff_t>(from),
                       lines.begin() + static_cast<std::ptrdiff_t>(end),
                       [](const DiffLine& line) { return line.mark != ' '; });
  };
  std::string text;
  bool skipped = false;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (!is_shown(at)) {
      skipped = true;
      continue;
    }
    if (skipped && !text.empty()) text += "...\n";
    skipped = false;
    text += std::string(1, lines[at].mark) + " " + lines[at].text + "\n";
  }
  return text;
}

}  // namespace aisle
