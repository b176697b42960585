#include "aisle/serve/page_files.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "aisle/base/embedded_file.h"

// All files in one, behind each other.
AISLE_EMBED_FILE(aisle_page_pack, AISLE_PAGE_PACK)

namespace aisle {
namespace {

// A row of the table that the build of web/ writes: where a file and its compressed form lie in the pack.
struct PackedFile {
  const char* path;
  const char* type;
  const char* digest;
  bool hashed;
  std::size_t at;
  std::size_t size;
  std::size_t gzip_size;  // the compressed form follows the file
};

std::vector<PageFile> unpacked() {
  // The empty row at the end lets a page of no files be a table as well.
  static constexpr PackedFile kPacked[] = {
#include "page_files.inc"
      {"", "", "", false, 0, 0, 0},
  };
  std::vector<PageFile> files;
  for (const PackedFile& file : std::span(kPacked).first(std::size(kPacked) - 1)) {
    const char* bytes = aisle_page_pack_begin + file.at;
    files.push_back({.path = file.path,
                     .type = file.type,
                     .digest = file.digest,
                     .bytes = {bytes, file.size},
                     .gzip = {bytes + file.size, file.gzip_size},
                     .hashed = file.hashed});
  }
  std::sort(files.begin(), files.end(), [](const PageFile& a, const PageFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace

std::span<const PageFile> page_files() {
  static const std::vector<PageFile> files = unpacked();
  return files;
}

const PageFile* find_page_file(std::string_view path) {
  const std::span<const PageFile> files = page_files();
  const auto found =
      std::lower_bound(files.begin(), files.end(), path,
                       [](const PageFile& file, std::string_view wanted) { return file.path < wanted; });
  return found != files.end() && found->path == path ? &*found : nullptr;
}

}  // namespace aisle
