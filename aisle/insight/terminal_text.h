// Words, numbers and lines as the tables of the terminal write them. Plain text, in English.
#pragma once

#include <cstddef>
#include <cstdint>
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

std::string percent_words(double share, int n_decimals = 0);
// At most three significant digits, thousands apart.
std::string number_words(double value);
// "1 store", "1,234 stores".
std::string count_words(std::int64_t count, const std::string& noun);

// Breaks `text` at spaces into lines of at most `width`; a longer word keeps its own line. A number and its
// percent sign stay together.
std::vector<std::string> wrapped_lines(const std::string& text, std::size_t width);
// Appends `text` in lines of at most `width`, the first after `first`, the others after `later`.
void add_wrapped(std::string& out, const std::string& text, int width, const std::string& first = "",
                 const std::string& later = "");

}  // namespace aisle
