// CSV files in other encodings, as the UTF-8 that the engine reads. A copy is made once and kept until its
// file changes; it lies in .aisle/utf8 (init's in a folder of the moment).
#pragma once

#include <filesystem>
#include <string>

namespace aisle {

// The copy of `file` in `folder`, made now where there is none of the file as it is. Folders such as
// year=2024 keep their names. `shown` is the file as people know it; `option` the option that says the
// encoding. Throws DataError with line, byte and position of the first bytes that cannot be decoded, and for
// a packed file.
std::filesystem::path utf8_copy(const std::filesystem::path& file, const std::string& encoding,
                                const std::filesystem::path& folder, const std::string& shown,
                                const std::string& option);

// Throws the same DataError for bytes that are not of the encoding, and makes no copy.
void check_encoding(const std::filesystem::path& file, const std::string& encoding, const std::string& shown,
                    const std::string& option);

// Whether `copy` is what utf8_copy makes of `file`, now or before.
bool is_utf8_copy(const std::filesystem::path& copy, const std::filesystem::path& file,
                  const std::filesystem::path& folder);

// Packed files are unpacked by the engine, which reads UTF-8 out of them.
bool is_packed(const std::filesystem::path& file);

}  // namespace aisle
