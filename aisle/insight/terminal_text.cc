#include "aisle/insight/terminal_text.h"

#include <algorithm>

namespace aisle {
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
