#include "aisle/serve/file_cache.h"

#include <sys/stat.h>

#include <algorithm>

#include "aisle/base/digest.h"
#include "aisle/project/staged_output.h"
#include "aisle/serve/gzip.h"

namespace aisle {
namespace {

constexpr std::size_t kWorthZipping = 1024;

}  // namespace

std::optional<FileStamp> stamp_of(const std::filesystem::path& file) {
  struct stat info = {};
  if (::stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return FileStamp{.size = info.st_size,
                   .modified = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec,
                   .inode = info.st_ino};
}

std::optional<FileCache::Entry> FileCache::find(const std::filesystem::path& file) {
  const std::optional<FileStamp> stamp = stamp_of(file);
  if (!stamp) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.file == file; });
    if (found != entries_.end() && found->stamp == *stamp) {
      entries_.splice(entries_.begin(), entries_, found);
      return entries_.front();
    }
  }
  // Outputs are replaced by renaming, so bytes are of one version; a stamp older than they are is read again.
  auto bytes = std::make_shared<const std::string>(read_file(file));
  Entry entry{.file = file, .stamp = *stamp, .content = {bytes, digest_of(*bytes)}, .zipped = nullptr};
  keep(entry);
  return entry;
}

void FileCache::keep(Entry entry) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const Entry& other) { return other.file == entry.file; });
  entries_.push_front(std::move(entry));
  std::size_t n_bytes = 0;
  for (auto at = entries_.begin(); at != entries_.end();) {
    n_bytes += at->n_bytes();
    const bool is_too_much = n_bytes > most_bytes_ && at != entries_.begin();
    at = is_too_much ? entries_.erase(at) : std::next(at);
  }
}

std::optional<CachedFile> FileCache::read(const std::filesystem::path& file) {
  auto entry = find(file);
  if (!entry) return std::nullopt;
  return std::move(entry->content);
}

std::optional<HttpResponse> FileCache::respond(const HttpRequest& request, const std::filesystem::path& file,
                                               const std::string& content_type) {
  auto entry = find(file);
  if (!entry) return std::nullopt;
  HttpResponse response;
  response.set_header("ETag", "\"" + entry->content.digest + "\"");
  response.set_header("Vary", "Accept-Encoding");
  response.set_header("Cache-Control", "no-cache");
  if (names_etag(request.header("if-none-match"), entry->content.digest)) {
    response.status = 304;
    return response;
  }
  response.set_header("Content-Type", content_type);
  response.body = entry->content.bytes;
  if (response.body->size() < kWorthZipping || !takes_gzip(request.header("accept-encoding")))
    return response;
  if (!entry->zipped) {
    entry->zipped = std::make_shared<const std::string>(gzip(*entry->content.bytes));
    keep(*entry);
  }
  response.body = entry->zipped;
  response.set_header("Content-Encoding", "gzip");
  return response;
}

bool names_etag(const std::string& header, const std::string& digest) {
  return header == "*" || header.find("\"" + digest + "\"") != std::string::npos;
}

bool takes_gzip(const std::string& header) {
  for (std::size_t at = 0; at < header.size();) {
    const std::size_t end = std::min(header.find(',', at), header.size());
    std::string entry = header.substr(at, end - at);
    std::erase(entry, ' ');
    if (entry == "gzip" || entry == "*") return true;
    if (entry.starts_with("gzip;q=")) return entry.find_first_of("123456789", 7) != std::string::npos;
    at = end + 1;
  }
  return false;
}

}  // namespace aisle
