#include "aisle/engine/utf8_copy.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <vector>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/base/text_encoding.h"
#include "aisle/project/file_error.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBytesAtOnce = std::size_t{1} << 20;
constexpr std::size_t kDigits = 16;  // of a digest, in a name

fs::path place_of(const fs::path& file, const fs::path& folder) {
  return folder / digest_of(fs::absolute(file).lexically_normal().string()).substr(0, kDigits);
}

// Another name for a file that was written anew.
std::string stamp_of(const fs::path& file, const std::string& encoding) {
  struct stat status = {};
  if (::stat(file.c_str(), &status) != 0) throw file_error(file, errno, FileUse::kRead);
  return digest_of(fmt::format("{} {} {} {} {}", encoding, status.st_size, status.st_mtim.tv_sec,
                               status.st_mtim.tv_nsec, status.st_ino))
      .substr(0, kDigits);
}

fs::path copy_of(const fs::path& file, const std::string& encoding, const fs::path& folder) {
  fs::path copy = place_of(file, folder);
  for (const fs::path& part : file.parent_path()) {
    if (part.native().find('=') != std::string::npos) copy /= part;
  }
  return copy / (stamp_of(file, encoding) + ".csv");
}

[[noreturn]] void refuse(const TextDecoder& decoder, std::int64_t line, const std::string& encoding,
                         const std::string& shown, const std::string& option) {
  throw DataError({.where = fmt::format("{}: line {}", shown, line),
                   .what = fmt::format("byte 0x{:02x} at position {} is not {}",
                                       static_cast<unsigned char>(decoder.waiting().front()),
                                       decoder.n_decoded(), encoding),
                   .expected = "",
                   .remedy = fmt::format("mend it, or set {}", option)});
}

void decode_file(const fs::path& file, const std::string& encoding, const std::string& shown,
                 const std::string& option, std::ostream& out) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) throw file_error(file, errno, FileUse::kRead);
  TextDecoder decoder(encoding);
  std::int64_t line = 1;
  std::string bytes(kBytesAtOnce, '\0');
  std::string text;
  bool is_whole = true;
  while (is_whole && out && in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())).gcount() > 0) {
    text.clear();
    is_whole = decoder.decode({bytes.data(), static_cast<std::size_t>(in.gcount())}, text);
    line += std::count(text.begin(), text.end(), '\n');
    out << text;
  }
  if (out && !decoder.waiting().empty()) refuse(decoder, line, encoding, shown, option);
}

void remove_earlier(const fs::path& copy) {
  std::error_code ignored;
  std::vector<fs::path> earlier;
  for (fs::directory_iterator entry(copy.parent_path(), ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    if (entry->path() != copy && entry->path().extension() == ".csv") earlier.push_back(entry->path());
  }
  for (const fs::path& path : earlier) fs::remove(path, ignored);
}

}  // namespace

bool is_packed(const fs::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return ending == ".gz" || ending == ".zst";
}

fs::path utf8_copy(const fs::path& file, const std::string& encoding, const fs::path& folder,
                   const std::string& shown, const std::string& option) {
  if (is_packed(file)) {
    throw DataError({.where = shown,
                     .what = fmt::format("a packed file is read as UTF-8, not as {}", encoding),
                     .expected = "",
                     .remedy = "unpack it"});
  }
  const fs::path copy = copy_of(file, encoding, folder);
  std::error_code ignored;
  if (fs::is_regular_file(copy, ignored)) return copy;
  StagedOutput staged(copy, StagedOutput::Kind::kFile);
  errno = 0;
  std::ofstream out(staged.path(), std::ios::binary);
  decode_file(file, encoding, shown, option, out);
  out.close();
  if (!out) throw file_error(copy, errno, FileUse::kWrite);
  staged.commit();
  remove_earlier(copy);
  return copy;
}

void check_encoding(const fs::path& file, const std::string& encoding, const std::string& shown,
                    const std::string& option) {
  std::ofstream nowhere("/dev/null", std::ios::binary);
  decode_file(file, encoding, shown, option, nowhere);
}

bool is_utf8_copy(const fs::path& copy, const fs::path& file, const fs::path& folder) {
  return copy.string().starts_with(place_of(file, folder).string() + "/");
}

}  // namespace aisle
