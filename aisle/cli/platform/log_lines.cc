#include "aisle/cli/platform/log_lines.h"

#include <algorithm>
#include <fstream>

namespace aisle {
namespace {

namespace fs = std::filesystem;
// A log can be large; its end is enough for any number of lines that a person reads.
constexpr std::uintmax_t kLongestEnd = std::uintmax_t{8} << 20;

std::uintmax_t size_of(const fs::path& log) {
  std::error_code absent;
  const std::uintmax_t size = fs::file_size(log, absent);
  return absent ? 0 : size;
}

std::string read_between(const fs::path& log, std::uintmax_t begin, std::uintmax_t end) {
  std::ifstream file(log, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(begin));
  std::string text(end - begin, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

}  // namespace

std::string last_lines(const fs::path& log, int n_lines, std::uintmax_t begin) {
  const std::uintmax_t size = size_of(log);
  if (size <= begin || n_lines <= 0) return "";
  std::string text = read_between(log, std::max(begin, size - std::min(size, kLongestEnd)), size);
  if (text.empty()) return "";
  if (text.back() != '\n') text += '\n';
  std::size_t at = text.size() - 1;
  for (int line = 0; line < n_lines; ++line) {
    at = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    if (at == std::string::npos) return text;
  }
  return text.substr(at + 1);
}

LogFollower::LogFollower(fs::path log) : log_(std::move(log)), at_(size_of(log_)) {}

std::string LogFollower::new_lines() {
  const std::uintmax_t size = size_of(log_);
  if (size < at_) at_ = 0;  // it was begun again
  if (size == at_) return "";
  std::string text = read_between(log_, at_, std::min(size, at_ + kLongestEnd));
  const std::size_t end = text.rfind('\n');
  if (end == std::string::npos) return "";
  text.resize(end + 1);
  at_ += text.size();
  return text;
}

}  // namespace aisle
