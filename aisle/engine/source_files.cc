#include "aisle/engine/source_files.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/engine/engine.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kParquetEndings = {".parquet", ".parq", ".pq"};
constexpr std::array<std::string_view, 4> kCsvEndings = {".csv", ".tsv", ".txt", ".psv"};
constexpr std::array<std::string_view, 2> kPacked = {".gz", ".zst"};

enum class FileKind { kParquet, kCsv, kOther };

FileKind kind_of(const fs::path& file) {
  std::string name = file.filename().string();
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const std::string_view packed : kPacked) {
    if (name.ends_with(packed)) name.resize(name.size() - packed.size());
  }
  const auto ends = [&](std::string_view ending) { return name.ends_with(ending); };
  if (std::any_of(kParquetEndings.begin(), kParquetEndings.end(), ends)) return FileKind::kParquet;
  if (std::any_of(kCsvEndings.begin(), kCsvEndings.end(), ends)) return FileKind::kCsv;
  return FileKind::kOther;
}

// Writers leave marks such as _SUCCESS and .crc files beside their data.
bool is_hidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.empty() || name.front() == '.' || name.front() == '_';
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  auto walk = fs::recursive_directory_iterator(folder, fs::directory_options::follow_directory_symlink);
  for (auto at = fs::begin(walk); at != fs::end(walk); ++at) {
    if (is_hidden(at->path())) {
      if (at->is_directory()) at.disable_recursion_pending();
    } else if (at->is_regular_file() && kind_of(at->path()) != FileKind::kOther) {
      files.push_back(at->path());
    }
  }
  return files;
}

bool is_pattern(const std::string& path) {
  return path.find_first_of("*?[") != std::string::npos;
}

using PathParts = std::vector<std::string>;

// Whether the path from `at` on is what the pattern from `want` on names; "**" stands for any folders.
bool parts_match(const PathParts& pattern, std::size_t want, const PathParts& path, std::size_t at) {
  if (want == pattern.size()) return at == path.size();
  if (pattern[want] == "**") {
    for (std::size_t skipped = at; skipped <= path.size(); ++skipped) {
      if (parts_match(pattern, want + 1, path, skipped)) return true;
    }
    return false;
  }
  return at < path.size() && ::fnmatch(pattern[want].c_str(), path[at].c_str(), FNM_PERIOD) == 0 &&
         parts_match(pattern, want + 1, path, at + 1);
}

PathParts parts_of(const fs::path& path) {
  PathParts parts;
  for (const fs::path& part : path) parts.push_back(part.string());
  return parts;
}

std::vector<fs::path> files_matching(const fs::path& pattern) {
  const PathParts wanted = parts_of(pattern);
  fs::path folder;  // the longest part of the pattern that is no pattern
  for (const std::string& part : wanted) {
    if (is_pattern(part)) break;
    folder /= part;
  }
  std::vector<fs::path> files;
  std::error_code error;
  const auto follow = fs::directory_options::follow_directory_symlink;
  for (auto at = fs::recursive_directory_iterator(folder, follow, error);
       at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (at->is_regular_file() && parts_match(wanted, 0, parts_of(at->path()), 0)) files.push_back(at->path());
  }
  return files;
}

bool is_address(const std::string& path) {
  return path.find("://") != std::string::npos;
}

// A Parquet file that was cut short has no foot: said here, before any query, with the file's name.
void check_parquet_marks(const fs::path& file, const std::string& shown) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 4> head{};
  std::array<char, 4> foot{};
  stream.read(head.data(), head.size());
  stream.seekg(-4, std::ios::end);
  stream.read(foot.data(), foot.size());
  const std::string_view mark = "PAR1";
  if (std::string_view(head.data(), 4) == mark && std::string_view(foot.data(), 4) == mark) return;
  const bool cut = std::string_view(head.data(), 4) == mark;
  throw DataError(
      {.where = shown,
       .what = cut ? "the Parquet file is cut short (its footer is missing)" : "this is not a Parquet file",
       .expected = "a whole Parquet file",
       .remedy = "write or copy it again"});
}

void check_files(const SourceFiles& source, const ProjectPaths& paths) {
  for (const fs::path& file : source.files) {
    const std::string shown = shown_path(file, paths);
    std::error_code error;
    const auto n_bytes = fs::file_size(file, error);
    if (error || !std::ifstream(file, std::ios::binary)) {
      throw EnvironmentError({.where = shown,
                              .what = "the file cannot be read" + (error ? ": " + error.message() : ""),
                              .expected = "",
                              .remedy = "look at its permissions"});
    }
    if (n_bytes == 0) {
      throw DataError({.where = shown,
                       .what = "the file is empty (0 bytes)",
                       .expected = source.is_csv ? "a header and rows" : "a whole Parquet file",
                       .remedy = "write or copy it again, or take it away"});
    }
    if (!source.is_csv) check_parquet_marks(file, shown);
  }
}

SourceFiles of_one_kind(const std::string& table, std::vector<fs::path> files, const std::string& shown) {
  std::sort(files.begin(), files.end());
  const auto n_csv =
      std::count_if(files.begin(), files.end(), [](const auto& f) { return kind_of(f) == FileKind::kCsv; });
  const auto n_parquet = std::count_if(files.begin(), files.end(),
                                       [](const auto& f) { return kind_of(f) == FileKind::kParquet; });
  if (n_csv + n_parquet != static_cast<std::ptrdiff_t>(files.size())) {
    throw DataError({.where = shown,
                     .what = "aisle reads no such file",
                     .expected = "Parquet (.parquet) or text (.csv, .tsv, .txt, also .gz)",
                     .remedy = "save the table as one of them; for a spreadsheet, save the sheet as CSV"});
  }
  if (n_csv > 0 && n_parquet > 0) {
    throw DataError(
        {.where = shown,
         .what = fmt::format("{} has both CSV ({}) and Parquet ({}) files", table, n_csv, n_parquet),
         .expected = "one format",
         .remedy = fmt::format("give tables.{}.path a pattern such as '*.parquet'", table)});
  }
  return {.files = std::move(files), .is_csv = n_csv > 0};
}

std::vector<fs::path> files_at(const fs::path& path) {
  if (fs::is_directory(path)) return files_below(path);
  if (fs::exists(path)) return {path};
  if (is_pattern(path.string())) return files_matching(path);
  return {};
}

}  // namespace

std::string shown_path(const fs::path& file, const ProjectPaths& paths) {
  const fs::path relative = file.lexically_relative(paths.root);
  if (relative.empty() || relative.native().starts_with("..")) return file.string();
  return relative.string();
}

namespace {

std::optional<SourceFiles> listed_source_files(const std::string& table, const TableSource* source,
                                               const ProjectPaths& paths) {
  std::vector<fs::path> files;
  fs::path path;
  if (source != nullptr && !source->path.empty()) {
    if (is_address(source->path)) {
      throw EnvironmentError({.where = fmt::format("tables.{}.path", table),
                              .what = fmt::format("'{}' is an address on a network", source->path),
                              .expected = "a local file, folder or pattern",
                              .remedy = "copy the files here first"});
    }
    path = (paths.root / source->path).lexically_normal();
    files = files_at(path);
    if (files.empty()) {
      throw DataError({.where = table,
                       .what = fmt::format("{} names no file", shown_path(path, paths)),
                       .expected = "a Parquet or CSV file, a folder of them, or a pattern",
                       .remedy = fmt::format("mend tables.{}.path in aisle.toml", table)});
    }
  } else {
    for (const char* ending : {".parquet", ".csv", ""}) {
      std::vector<fs::path> here = files_at(paths.raw / (table + ending));
      if (here.empty()) continue;
      if (!files.empty()) {
        throw DataError({.where = table,
                         .what = fmt::format("both {} and {} are there", shown_path(path, paths),
                                             shown_path(paths.raw / (table + ending), paths)),
                         .expected = "one source of a table",
                         .remedy = fmt::format("take one away, or name one by tables.{}.path", table)});
      }
      path = paths.raw / (table + ending);
      files = std::move(here);
    }
    if (files.empty()) return std::nullopt;
  }
  SourceFiles found = of_one_kind(table, std::move(files), shown_path(path, paths));
  check_files(found, paths);
  return found;
}

}  // namespace

std::optional<SourceFiles> find_source_files(const std::string& table, const TableSource* source,
                                             const ProjectPaths& paths) {
  try {
    return listed_source_files(table, source, paths);
  } catch (const fs::filesystem_error& error) {
    throw EnvironmentError(
        {.where = shown_path(error.path1(), paths),
         .what = fmt::format("cannot be listed ({})", error.code().message()),
         .expected = "",
         .remedy = fmt::format("look at its permissions and links; {} is read from there", table)});
  }
}

bool has_partition_folder(const fs::path& file) {
  const fs::path folder = file.parent_path();
  return std::any_of(folder.begin(), folder.end(), [](const fs::path& part) {
    const std::size_t at = part.native().find('=');
    return at != std::string::npos && at > 0;
  });
}

std::string sql_list(const std::vector<fs::path>& files) {
  std::string list;
  for (const fs::path& file : files) list += (list.empty() ? "" : ", ") + sql_literal(file.string());
  return "[" + list + "]";
}

// Files of different months may differ in their columns; partition values stay text ("007").
std::string parquet_relation(const std::vector<fs::path>& files, bool has_partitions) {
  return fmt::format(
      "read_parquet({}, union_by_name = {}, hive_partitioning = {}, hive_types_autocast = false)",
      sql_list(files), files.size() > 1, has_partitions);
}

}  // namespace aisle
