// Bytes as a gzip stream (RFC 1952), for clients that take one.
#pragma once

#include <string>
#include <string_view>

namespace aisle {

std::string gzip(std::string_view bytes);

}  // namespace aisle
