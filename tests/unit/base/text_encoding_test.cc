#include "aisle/base/text_encoding.h"

#include <gtest/gtest.h>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

// Decoded in pieces of `at_once` bytes.
std::string decoded(const std::string& bytes, const std::string& encoding, std::size_t at_once = 1) {
  TextDecoder decoder(encoding);
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += at_once) {
    EXPECT_TRUE(decoder.decode(bytes.substr(at, at_once), text)) << at;
  }
  EXPECT_EQ(decoder.waiting(), "");
  EXPECT_EQ(decoder.n_decoded(), bytes.size());
  return text;
}

std::string bytes_of(const char* literal, std::size_t size) {
  return {literal, size - 1};
}

TEST(TextEncoding, IsFound) {
  EXPECT_EQ(detect_encoding("abc"), "utf-8");
  EXPECT_EQ(detect_encoding("praça"), "utf-8");
  EXPECT_EQ(detect_encoding("praç\xc3"), "utf-8") << "cut in the middle of a letter";
  EXPECT_EQ(detect_encoding("pra\xe7"
                            "a"),
            "windows-1252");
  EXPECT_EQ(detect_encoding("\x80 5"), "windows-1252");
  EXPECT_EQ(detect_encoding("\xff\xfe"
                            "a"),
            "utf-16");
  EXPECT_EQ(detect_encoding("\xfe\xff"), "utf-16");
  EXPECT_EQ(detect_encoding(bytes_of("a\0b\0\n\0", 7)), "utf-16le");
  EXPECT_EQ(detect_encoding(bytes_of("\0a\0b\0\n", 7)), "utf-16be");
}

TEST(TextEncoding, IsDecodedInPiecesOfAnySize) {
  const std::string wide = bytes_of("\xff\xfe\xe7\0\x3d\xd8\0\xde\n\0", 11);
  const std::string high_first = bytes_of("\xfe\xff\0\xe7\xd8\x3d\xde\0\0\n", 11);
  for (const std::size_t at_once : {1, 2, 3, 100}) {
    EXPECT_EQ(decoded("\x80 pra\xe7"
                      "a \x93x\x94",
                      "windows-1252", at_once),
              "€ praça “x”");
    EXPECT_EQ(decoded("pra\xe7"
                      "a",
                      "latin-1", at_once),
              "praça");
    EXPECT_EQ(decoded("\xa4", "iso-8859-15", at_once), "€");
    EXPECT_EQ(decoded(wide, "utf-16", at_once), "ç😀\n");
    EXPECT_EQ(decoded(high_first, "utf-16", at_once), "ç😀\n");
    EXPECT_EQ(decoded(wide.substr(2), "utf-16le", at_once), "ç😀\n");
    EXPECT_EQ(decoded(high_first.substr(2), "utf-16be", at_once), "ç😀\n");
    EXPECT_EQ(decoded("\xef\xbb\xbf-", "utf-8", at_once), "-");
  }
}

TEST(TextEncoding, WhatIsNotOfItIsFoundWhereItStands) {
  TextDecoder decoder("windows-1252");
  std::string text;
  EXPECT_TRUE(decoder.decode("abc", text));
  EXPECT_FALSE(
      decoder.decode("d\x81"
                     "e",
                     text));
  EXPECT_EQ(decoder.n_decoded(), 4u);
  EXPECT_EQ(decoder.waiting(),
            "\x81"
            "e");
  EXPECT_EQ(text, "abcd");
  EXPECT_FALSE(is_encoding("windows-1252x"));
  EXPECT_FALSE(is_encoding("ascii//IGNORE"));
  EXPECT_FALSE(is_encoding(""));
  EXPECT_TRUE(is_encoding("Windows-1252"));
  EXPECT_THROW(TextDecoder("klingon"), InvalidInput);
}

}  // namespace
}  // namespace aisle
