#include "aisle/flow/pipes_encoding.h"

#include <boost/beast/zlib/inflate_stream.hpp>
#include <cstdint>

namespace aisle {
namespace {

constexpr std::size_t kLargest = std::size_t{64} << 20;
constexpr std::size_t kHeaderBytes = 2;
constexpr std::size_t kChecksumBytes = 4;

// 0 to 63, or -1 for a letter that is not of the alphabet.
int sextet(char letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
  if (letter >= '0' && letter <= '9') return letter - '0' + 52;
  if (letter == '+') return 62;
  return letter == '/' ? 63 : -1;
}

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// Method 8 (deflate), no preset dictionary, and a remainder of 31 that is 0.
bool is_zlib_header(std::string_view bytes) {
  const std::uint32_t method = byte_at(bytes, 0);
  const std::uint32_t flags = byte_at(bytes, 1);
  return (method & 0x0F) == 8 && (flags & 0x20) == 0 && (method * 256 + flags) % 31 == 0;
}

std::uint32_t adler32(std::string_view bytes) {
  constexpr std::uint32_t kModulus = 65521;
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    low = (low + byte_at(bytes, at)) % kModulus;
    high = (high + low) % kModulus;
  }
  return high << 16 | low;
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) number = number << 8 | byte_at(bytes, at);
  return number;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t n_padding = 0;
  while (n_padding < 2 && n_padding < text.size() && text[text.size() - 1 - n_padding] == '=') ++n_padding;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_padding = at + n_padding >= text.size();
    const int value = is_padding ? 0 : sextet(text[at]);
    if (value < 0) return std::nullopt;
    group = group << 6 | static_cast<std::uint32_t>(value);
    if (at % 4 != 3) continue;
    for (int shift = 16; shift >= 0; shift -= 8) bytes += static_cast<char>(group >> shift & 0xFF);
    group = 0;
  }
  bytes.resize(bytes.size() - n_padding);
  return bytes;
}

std::optional<std::string> inflate_zlib(std::string_view bytes) {
  namespace zlib = boost::beast::zlib;
  if (bytes.size() < kHeaderBytes + kChecksumBytes || !is_zlib_header(bytes)) return std::nullopt;
  // With the checksum: the inflater looks ahead of the last block's end.
  const std::string_view deflated = bytes.substr(kHeaderBytes);
  zlib::inflate_stream stream;
  stream.reset();
  zlib::z_params params;
  params.next_in = deflated.data();
  params.avail_in = deflated.size();
  std::string text;
  boost::beast::error_code error;
  while (!error) {
    if (text.size() >= kLargest) return std::nullopt;
    text.resize(text.size() * 2 + 4096);
    params.next_out = text.data() + params.total_out;
    params.avail_out = text.size() - params.total_out;
    stream.write(params, zlib::Flush::sync, error);
    if (error == zlib::error::need_buffers && params.avail_out == 0) error = {};
  }
  text.resize(params.total_out);
  const bool is_whole = error == zlib::error::end_of_stream && params.avail_in <= kChecksumBytes &&
                        adler32(text) == big_endian(bytes.substr(bytes.size() - kChecksumBytes));
  if (!is_whole) return std::nullopt;
  return text;
}

}  // namespace aisle
