// Files of the project as answers: their bytes, a digest as ETag, and the gzip of them, kept while the file
// is the same by size, time and inode.
#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "aisle/serve/http.h"

namespace aisle {

// What tells that a file is still the one that was read.
struct FileStamp {
  std::int64_t size = 0;
  std::int64_t modified = 0;  // nanoseconds
  std::uint64_t inode = 0;
  bool operator==(const FileStamp&) const = default;
};

// Empty where there is no such file.
std::optional<FileStamp> stamp_of(const std::filesystem::path& file);

struct CachedFile {
  std::shared_ptr<const std::string> bytes;
  std::string digest;
};

// May be used from several threads.
class FileCache {
 public:
  // The most bytes that are kept, those of the largest file apart.
  explicit FileCache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // Empty where there is no such file. Throws EnvironmentError when it cannot be read.
  std::optional<CachedFile> read(const std::filesystem::path& file);

  // The answer to a request for the file: with an ETag, as gzip where the client takes one, or 304 where it
  // has these bytes. Empty where there is no such file.
  std::optional<HttpResponse> respond(const HttpRequest& request, const std::filesystem::path& file,
                                      const std::string& content_type);

 private:
  struct Entry {
    std::filesystem::path file;
    FileStamp stamp;
    CachedFile content;
    std::shared_ptr<const std::string> zipped;

    std::size_t n_bytes() const { return content.bytes->size() + (zipped ? zipped->size() : 0); }
  };

  std::optional<Entry> find(const std::filesystem::path& file);
  void keep(Entry entry);

  std::size_t most_bytes_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // last used first
};

// Whether an If-None-Match names the ETag.
bool names_etag(const std::string& header, const std::string& digest);
// Whether an Accept-Encoding takes gzip.
bool takes_gzip(const std::string& header);

}  // namespace aisle
