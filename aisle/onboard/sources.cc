#include "aisle/onboard/sources.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <system_error>

#include "aisle/engine/csv_layout.h"
#include "aisle/project/file_error.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with(".");
}

std::string lower_extension(const fs::path& path) {
  fs::path name = path.filename();
  std::string extension = name.extension().string();
  if (extension == ".gz" || extension == ".zst") extension = name.stem().extension().string();
  for (char& letter : extension) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return extension;
}

bool is_partition(const fs::path& folder) {
  const std::string name = folder.filename().string();
  const std::size_t equals = name.find('=');
  return equals != std::string::npos && equals > 0;
}

void collect(const fs::path& folder, std::vector<fs::path>& files) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (!is_hidden(entry->path())) entries.push_back(entry->path());
  }
  if (error) throw file_error(folder, error.value(), FileUse::kRead);
  std::sort(entries.begin(), entries.end());
  constexpr std::array kExtensions = {".csv", ".tsv", ".txt", ".parquet"};
  for (const fs::path& entry : entries) {
    if (fs::is_directory(entry, error)) {
      collect(entry, files);
    } else if (fs::is_regular_file(entry, error) && std::find(kExtensions.begin(), kExtensions.end(),
                                                              lower_extension(entry)) != kExtensions.end()) {
      files.push_back(entry);
    }
  }
}

// The folder that holds the outermost KEY=VALUE folder above a file, below `dir`; empty when there is none.
fs::path partition_root(const fs::path& file, const fs::path& dir) {
  fs::path root;
  for (fs::path folder = file.parent_path(); folder != dir && folder.has_relative_path();
       folder = folder.parent_path()) {
    if (is_partition(folder)) root = folder.parent_path();
  }
  return root;
}

std::string with_stars(const std::string& name) {
  std::string pattern;
  for (const char letter : name) {
    if (std::isdigit(static_cast<unsigned char>(letter)) == 0) {
      pattern += letter;
    } else if (pattern.empty() || pattern.back() != '*') {
      pattern += '*';
    }
  }
  return pattern;
}

// Does a name match a pattern whose stars stand for anything, as the engine's globs do?
bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') {
    return matches(pattern.substr(1), name) || (!name.empty() && matches(pattern, name.substr(1)));
  }
  return !name.empty() && pattern[0] == name[0] && matches(pattern.substr(1), name.substr(1));
}

std::string label_of(const fs::path& path, const fs::path& dir) {
  const std::string label = path.lexically_relative(dir).generic_string();
  return label == "." ? path.filename().string() : label;
}

Source make_source(const fs::path& path, std::vector<fs::path> files, const fs::path& dir) {
  Source source;
  source.format = lower_extension(files.front()) == ".parquet" ? FileFormat::kParquet : FileFormat::kCsv;
  source.path = path.string();
  source.label = label_of(path, dir);
  source.files = std::move(files);
  return source;
}

// Files of one folder whose names differ in digits alone become one source, when a glob finds exactly them.
void add_plain(const std::vector<fs::path>& files, const fs::path& dir, std::vector<Source>& sources) {
  std::map<fs::path, std::vector<fs::path>> groups;
  for (const fs::path& file : files) {
    groups[file.parent_path() / with_stars(file.filename().string())].push_back(file);
  }
  for (const auto& [pattern, group] : groups) {
    std::size_t found = 0;
    for (const fs::path& file : files) {
      found += file.parent_path() == pattern.parent_path() &&
                       matches(pattern.filename().string(), file.filename().string())
                   ? 1
                   : 0;
    }
    if (group.size() > 1 && found == group.size()) {
      sources.push_back(make_source(pattern, group, dir));
      continue;
    }
    for (const fs::path& file : group) sources.push_back(make_source(file, {file}, dir));
  }
}

}  // namespace

std::vector<Source> find_sources(const fs::path& dir) {
  std::vector<fs::path> files, plain;
  collect(dir, files);
  std::map<std::pair<fs::path, std::string>, std::vector<fs::path>> partitioned;
  for (const fs::path& file : files) {
    const fs::path root = partition_root(file, dir);
    if (root.empty()) {
      plain.push_back(file);
    } else {
      partitioned[{root, lower_extension(file)}].push_back(file);
    }
  }
  std::vector<Source> sources;
  add_plain(plain, dir, sources);
  for (auto& [place, group] : partitioned) {
    sources.push_back(make_source(place.first, group, dir));
    sources.back().partitioned = true;
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& left, const Source& right) { return left.label < right.label; });
  return sources;
}

std::string source_sql(const Source& source, const std::vector<fs::path>& files, const CsvDialect& csv) {
  const std::string list = sql_list(files);
  const std::string partitions =
      source.partitioned ? "hive_partitioning = true" : "hive_partitioning = false";
  if (source.format == FileFormat::kParquet) {
    return "read_parquet(" + list + ", union_by_name = true, " + partitions + ")";
  }
  // Bad lines are for `aisle check` to tell: here they are passed over.
  return "read_csv(" + list + ", all_varchar = true, union_by_name = true, ignore_errors = true, " +
         partitions + ", delim = " + sql_literal(csv.delimiter) +
         ", quote = '\"', escape = '\"', header = " + (csv.header.value_or(true) ? "true" : "false") + ")";
}

}  // namespace aisle
