#include "aisle/engine/csv_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/text_encoding.h"
#include "aisle/engine/utf8_copy.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// Enough to meet the accents of any text that has some.
constexpr std::size_t kBytesLookedAt = std::size_t{4} << 20;
constexpr std::size_t kRecordsLookedAt = 300;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string first_bytes(const fs::path& file) {
  std::string bytes(kBytesLookedAt, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

// The first lines of a packed file, which the engine unpacks.
std::string first_packed_lines(EmbeddedEngine& engine, const fs::path& file, const std::string& shown) {
  Table lines;
  try {
    lines = engine.query(fmt::format(
        "SELECT line FROM read_csv({}, auto_detect = false, header = false, delim = chr(1), quote = '', "
        "escape = '', columns = {{'line': 'VARCHAR'}}, hive_partitioning = false) LIMIT 300",
        sql_literal(file.string())));
  } catch (const DataError& error) {
    if (error.parts().what.find("Invalid unicode") == std::string::npos) throw;
    throw DataError({.where = shown,
                     .what = "the text in this packed file is not UTF-8",
                     .expected = "",
                     .remedy = "unpack it"});
  }
  std::string text;
  for (std::size_t row = 0; row < lines.n_rows(); ++row) text += lines.column("line").text_at(row) + "\n";
  return text;
}

std::string trimmed(const std::string& field) {
  constexpr const char* kSpace = " \t\r\n\f\v";
  const std::size_t first = field.find_first_not_of(kSpace);
  if (first == std::string::npos) return "";
  return field.substr(first, field.find_last_not_of(kSpace) - first + 1);
}

bool looks_like_header(const std::vector<CsvRecord>& records, const std::vector<std::string>& known_names) {
  if (records.empty()) return true;
  for (const std::string& field : records.front()) {
    for (const std::string& name : known_names) {
      if (lower(trimmed(field)) == lower(name)) return true;
    }
  }
  return has_header(records);
}

// A header's names made usable: none empty, none twice (letter case aside, as in SQL).
std::vector<std::string> column_names(CsvRecord fields, bool has_header) {
  for (std::size_t at = 0; at < fields.size(); ++at) {
    fields[at] = trimmed(fields[at]);
    if (!has_header || fields[at].empty()) fields[at] = fmt::format("column{}", at);
    const std::string plain = fields[at];
    const auto is_taken = [&](const std::string& name) {
      return std::any_of(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(at),
                         [&](const std::string& other) { return lower(other) == lower(name); });
    };
    for (int copy = 1; is_taken(fields[at]); ++copy) fields[at] = fmt::format("{}_{}", plain, copy);
  }
  return fields;
}

std::string read_call(const CsvLayout& layout, const CsvGroup& group, const std::vector<fs::path>& files) {
  std::string types;
  for (const std::string& column : group.columns) {
    types += (types.empty() ? "" : ", ") + sql_literal(column) + ": 'VARCHAR'";
  }
  return fmt::format(
      "read_csv({}, auto_detect = false, header = {}, delim = {}, quote = {}, escape = {}, "
      "nullstr = ['', 'NULL', '\\N'], hive_partitioning = {}, hive_types_autocast = false, columns = {{{}}})",
      sql_list(files), layout.has_header, sql_literal(layout.delimiter), sql_literal(layout.quote),
      sql_literal(layout.quote), layout.has_partitions, types);
}

}  // namespace

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

CsvHead read_csv_head(EmbeddedEngine& engine, const fs::path& file, const std::string& encoding,
                      const std::string& shown) {
  CsvHead head;
  const bool packed = is_packed(file);
  const std::string bytes = packed ? first_packed_lines(engine, file, shown) : first_bytes(file);
  head.end = packed || bytes.size() == kBytesLookedAt ? TextEnd::kCut : TextEnd::kWhole;
  head.encoding = encoding.empty() ? detect_encoding(bytes) : lower(encoding);
  // What cannot be decoded is told with its line where the whole file is read.
  TextDecoder(packed ? "utf-8" : head.encoding).decode(bytes, head.text);
  return head;
}

CsvLayout find_csv_layout(EmbeddedEngine& engine, const std::string& table, const std::vector<fs::path>& files,
                          const CsvDialect& dialect, const std::vector<std::string>& known_names,
                          const ProjectPaths& paths) {
  CsvLayout layout;
  layout.has_partitions = has_partition_folder(files.front());
  for (const fs::path& file : files) {
    const std::string shown = shown_path(file, paths);
    const CsvHead head = read_csv_head(engine, file, dialect.encoding, shown);
    if (layout.groups.empty()) {
      layout.quote = dialect.quote.empty() ? (head.text.starts_with("'") ? "'" : "\"") : dialect.quote;
      layout.delimiter = dialect.delimiter.empty()
                             ? std::string(1, sniff_csv(head.text, layout.quote[0], head.end).delimiter)
                             : dialect.delimiter;
    }
    const std::vector<CsvRecord> records =
        csv_records(head.text, layout.delimiter[0], layout.quote[0], head.end, kRecordsLookedAt);
    if (layout.groups.empty())
      layout.has_header = dialect.header.value_or(looks_like_header(records, known_names));
    std::vector<std::string> columns =
        column_names(records.empty() ? CsvRecord{""} : records.front(), layout.has_header);
    auto group = std::find_if(layout.groups.begin(), layout.groups.end(),
                              [&](const CsvGroup& known) { return known.columns == columns; });
    if (group == layout.groups.end()) {
      layout.groups.push_back({.files = {}, .readable = {}, .columns = std::move(columns)});
      group = std::prev(layout.groups.end());
    }
    group->files.push_back(file);
    group->readable.push_back(head.encoding == "utf-8"
                                  ? file
                                  : utf8_copy(file, head.encoding, paths.utf8_copies, shown,
                                              fmt::format("tables.{}.csv.encoding", table)));
  }
  return layout;
}

std::string csv_relation(const CsvLayout& layout) {
  if (layout.groups.size() == 1) return read_call(layout, layout.groups[0], layout.groups[0].readable);
  std::string all;
  for (const CsvGroup& group : layout.groups) {
    all += (all.empty() ? "SELECT * FROM " : " UNION ALL BY NAME SELECT * FROM ") +
           read_call(layout, group, group.readable);
  }
  return "(" + all + ")";
}

std::string csv_file_relation(const CsvLayout& layout, const fs::path& file) {
  for (const CsvGroup& group : layout.groups) {
    const auto found = std::find(group.files.begin(), group.files.end(), file);
    if (found == group.files.end()) continue;
    const fs::path& readable = group.readable[static_cast<std::size_t>(found - group.files.begin())];
    return "(SELECT row_number() OVER () AS aisle_row, * FROM " + read_call(layout, group, {readable}) + ")";
  }
  throw InternalError(
      {.where = "csv", .what = file.string() + " is in no group", .expected = "", .remedy = ""});
}

}  // namespace aisle
