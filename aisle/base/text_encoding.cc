#include "aisle/base/text_encoding.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";

iconv_t open_converter(const std::string& name) {
  // A name such as "ascii//IGNORE" would lose letters in silence.
  const bool is_plain = !name.empty() && name.find('/') == std::string::npos;
  const auto none = reinterpret_cast<iconv_t>(-1);  // NOLINT: iconv's own mark of a failure
  if (!is_plain) return none;
  return ::iconv_open("UTF-8", name == "latin-1" ? "ISO-8859-1" : name.c_str());
}

bool is_open(iconv_t converter) {
  return converter != reinterpret_cast<iconv_t>(-1);  // NOLINT: as above
}

// Western text in UTF-16 has a zero in every second byte.
std::string utf16_without_mark(std::string_view bytes) {
  const std::string_view front = bytes.substr(0, 4096);
  std::array<std::size_t, 2> n_zeros = {0, 0};
  for (std::size_t at = 0; at < front.size(); ++at) n_zeros[at % 2] += front[at] == '\0' ? 1 : 0;
  if (front.size() < 4) return "";
  if (n_zeros[1] * 4 > front.size() && n_zeros[1] > n_zeros[0]) return "utf-16le";
  if (n_zeros[0] * 4 > front.size() && n_zeros[0] > n_zeros[1]) return "utf-16be";
  return "";
}

}  // namespace

bool is_encoding(const std::string& name) {
  const iconv_t converter = open_converter(name);
  if (!is_open(converter)) return false;
  ::iconv_close(converter);
  return true;
}

std::size_t first_not_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    std::size_t length = 1;
    if (byte >= 0xF0 && byte < 0xF5)
      length = 4;
    else if (byte >= 0xE0)
      length = byte < 0xF0 ? 3 : 0;
    else if (byte >= 0xC2)
      length = 2;
    else if (byte >= 0x80)
      length = 0;
    if (length == 0) return at;
    for (std::size_t next = 1; next < length && at + next < bytes.size(); ++next) {
      if ((static_cast<unsigned char>(bytes[at + next]) & 0xC0) != 0x80) return at;
    }
    at += length;
  }
  return std::string_view::npos;
}

std::string detect_encoding(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return "utf-16";
  const std::string wide = utf16_without_mark(bytes);
  if (!wide.empty()) return wide;
  return first_not_utf8(bytes) == std::string_view::npos ? "utf-8" : "windows-1252";
}

TextDecoder::TextDecoder(const std::string& encoding) : converter_(open_converter(encoding)) {
  if (is_open(converter_)) return;
  throw InvalidInput({.where = "encoding",
                      .what = "'" + encoding + "' is none",
                      .expected = "utf-8, windows-1252, latin-1, utf-16 or another name that iconv has",
                      .remedy = ""});
}

TextDecoder::~TextDecoder() {
  ::iconv_close(converter_);
}

bool TextDecoder::decode(std::string_view bytes, std::string& text) {
  waiting_ += bytes;
  char* from = waiting_.data();
  std::size_t n_left = waiting_.size();
  const std::size_t begin = text.size();
  bool is_whole = true;
  std::array<char, 1 << 16> piece;
  while (n_left > 0) {
    char* to = piece.data();
    std::size_t n_free = piece.size();
    const std::size_t result = ::iconv(converter_, &from, &n_left, &to, &n_free);
    const int fault = errno;
    text.append(piece.data(), piece.size() - n_free);
    if (result != static_cast<std::size_t>(-1) || fault == E2BIG) continue;
    is_whole = fault == EINVAL;  // a letter that is cut
    break;
  }
  n_decoded_ += waiting_.size() - n_left;
  waiting_.erase(0, waiting_.size() - n_left);
  if (!has_begun_ && text.size() > begin) {
    has_begun_ = true;
    if (std::string_view(text).substr(begin).starts_with(kMark)) text.erase(begin, kMark.size());
  }
  return is_whole;
}

}  // namespace aisle
