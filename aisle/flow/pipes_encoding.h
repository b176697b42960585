// The encoding of Dagster Pipes' variables: base64 (RFC 4648) around zlib (RFC 1950).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace aisle {

// What `text` encodes; nullopt for any text that is not base64 with its padding.
std::optional<std::string> decode_base64(std::string_view text);

// What a zlib stream holds; nullopt for one that is damaged, cut, has more behind it, or holds over 64 MB.
std::optional<std::string> inflate_zlib(std::string_view bytes);

}  // namespace aisle
