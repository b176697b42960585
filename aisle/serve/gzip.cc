#include "aisle/serve/gzip.h"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>
#include <cstdint>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

constexpr int kLevel = 6;
constexpr int kWindowBits = 15;
constexpr int kMemoryLevel = 8;

void append_number(std::string& text, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) text += static_cast<char>((number >> shift) & 0xFF);
}

}  // namespace

std::string gzip(std::string_view bytes) {
  namespace zlib = boost::beast::zlib;
  // No name, no time: the same bytes give the same stream.
  std::string result("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);
  zlib::deflate_stream stream;
  stream.reset(kLevel, kWindowBits, kMemoryLevel, zlib::Strategy::normal);
  const std::size_t head = result.size();
  result.resize(head + stream.upper_bound(bytes.size()));
  zlib::z_params params;
  params.next_in = bytes.data();
  params.avail_in = bytes.size();
  params.next_out = result.data() + head;
  params.avail_out = result.size() - head;
  boost::beast::error_code error;
  stream.write(params, zlib::Flush::finish, error);
  if (error != zlib::error::end_of_stream) {
    throw InternalError({.where = "gzip", .what = error.message(), .expected = "", .remedy = ""});
  }
  result.resize(head + params.total_out);
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  append_number(result, crc.checksum());
  append_number(result, static_cast<std::uint32_t>(bytes.size()));
  return result;
}

}  // namespace aisle
