// Content digests: XXH3-128 of bytes and files, as 32 hexadecimal digits. For fingerprints and integrity,
// never for secrets.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace aisle {

std::string digest_of(std::string_view bytes);

// Throws EnvironmentError when the file cannot be read.
std::string digest_of_file(const std::filesystem::path& file);

}  // namespace aisle
