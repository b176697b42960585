#include "aisle/base/digest.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#define XXH_INLINE_ALL
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#include <xxhash.h>
#pragma GCC diagnostic pop

#include "aisle/base/errors.h"

namespace aisle {
namespace {

std::string hexadecimal(const XXH128_hash_t& hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

EnvironmentError cannot_read(const std::filesystem::path& file) {
  return EnvironmentError({.where = file.string(),
                           .what = fmt::format("cannot be read ({})", std::strerror(errno)),
                           .expected = "",
                           .remedy = ""});
}

}  // namespace

std::string digest_of(std::string_view bytes) {
  return hexadecimal(XXH3_128bits(bytes.data(), bytes.size()));
}

std::string digest_of_file(const std::filesystem::path& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> input(std::fopen(file.c_str(), "rb"), &std::fclose);
  if (!input) throw cannot_read(file);
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  std::vector<char> buffer(1 << 20);
  std::size_t n_read = 0;
  while ((n_read = std::fread(buffer.data(), 1, buffer.size(), input.get())) > 0) {
    XXH3_128bits_update(&state, buffer.data(), n_read);
  }
  if (std::ferror(input.get()) != 0) throw cannot_read(file);
  return hexadecimal(XXH3_128bits_digest(&state));
}

}  // namespace aisle
