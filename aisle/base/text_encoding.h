// Text in other encodings than UTF-8 (exports of spreadsheets and tills), made UTF-8 by iconv.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace aisle {

// "utf-8", "windows-1252", "latin-1", "utf-16", or any other name that the system's iconv has, in any case.
bool is_encoding(const std::string& name);

// The encoding of a file that begins with `bytes` (which may end in the middle of a letter): by its byte
// order mark, by the zeros of UTF-16, as UTF-8 where all of it is that, else windows-1252, which has every
// letter of Latin-1 in its place.
std::string detect_encoding(std::string_view bytes);

// Position of the first byte that is not UTF-8, or npos. A letter that is cut by the end is whole.
std::size_t first_not_utf8(std::string_view bytes);

// Makes a file UTF-8 piece by piece. UTF-16 is read by its mark, and with the low byte first without one.
class TextDecoder {
 public:
  // Throws InvalidInput for a name that is no encoding.
  explicit TextDecoder(const std::string& encoding);
  ~TextDecoder();
  TextDecoder(const TextDecoder&) = delete;
  TextDecoder& operator=(const TextDecoder&) = delete;

  // Appends `bytes` to `text`, without a mark at the file's beginning; a letter cut by their end waits for
  // the next piece. False at the first bytes that are nothing in this encoding: n_decoded() is where they
  // stand.
  bool decode(std::string_view bytes, std::string& text);
  std::uint64_t n_decoded() const { return n_decoded_; }
  // What waits, or the bytes that could not be decoded.
  const std::string& waiting() const { return waiting_; }

 private:
  void* converter_;
  std::string waiting_;
  std::uint64_t n_decoded_ = 0;
  bool has_begun_ = false;
};

}  // namespace aisle
