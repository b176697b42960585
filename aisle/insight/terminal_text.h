// Words and lines as the tables of the terminal write them. Plain text, in English.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

// A terminal narrower than this gets lines of this width.
inline constexpr int kLeastTextWidth = 60;

// Characters, not bytes: continuation bytes of UTF-8 take no place of their own.
std::size_t text_width(std::string_view text);
// A line break or a control character in a user's name would break the table; each becomes a blank.
std::string printable(std::string text);

// Breaks `text` at spaces into lines of at most `width`; a longer word keeps its own line. A number and its
// percent sign stay together.
std::vector<std::string> wrapped_lines(const std::string& text, std::size_t width);
// Appends `text` in lines of at most `width`, the first after `first`, the others after `later`.
void add_wrapped(std::string& out, const std::string& text, int width, const std::string& first = "",
                 const std::string& later = "");

}  // namespace aisle
