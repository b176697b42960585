#include "aisle/insight/terminal_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace aisle {
namespace {

std::string with_thousands_apart(std::string digits) {
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(digits.begin() + at, ',');
  }
  return digits;
}

}  // namespace

std::size_t text_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::string printable(std::string text) {
  for (char& letter : text) {
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) letter = ' ';
  }
  return text;
}

std::string percent_words(double share, int n_decimals) {
  return fmt::format("{:.{}f} %", share * 100, n_decimals);
}

std::string number_words(double value) {
  // From 999.5 on three digits are 1000, which {:.3g} writes as 1e+03.
  if (std::abs(value) < 999.5) return fmt::format("{:.3g}", value == 0 ? 0.0 : value);
  const double step = std::max(1.0, std::pow(10, std::floor(std::log10(std::abs(value))) - 2));
  const std::string digits =
      with_thousands_apart(fmt::format("{:.0f}", std::abs(std::round(value / step) * step)));
  return value < 0 ? "-" + digits : digits;
}

std::string count_words(std::int64_t count, const std::string& noun) {
  return with_thousands_apart(std::to_string(count)) + " " + noun + (count == 1 ? "" : "s");
}

std::vector<std::string> wrapped_lines(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find(' ', at);
    if (end != std::string::npos && end + 1 < text.size() && text[end + 1] == '%')
      end = text.find(' ', end + 1);
    end = std::min(end, text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    if (!line.empty() && text_width(line) + 1 + text_width(word) > width) {
      lines.push_back(line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(line);
  return lines;
}

void add_wrapped(std::string& out, const std::string& text, int width, const std::string& first,
                 const std::string& later) {
  const auto lines = wrapped_lines(text, static_cast<std::size_t>(width) - first.size());
  for (std::size_t at = 0; at < lines.size(); ++at) out += (at == 0 ? first : later) + lines[at] + "\n";
}

}  // namespace aisle
