#include "aisle/engine/csv_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <string_view>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// Enough to meet the accents of any text that has some.
constexpr std::size_t kBytesLookedAt = std::size_t{1} << 20;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string head_of(const fs::path& file) {
  std::string bytes(kBytesLookedAt, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

// Position of the first byte that is not UTF-8, or npos. A sequence cut by the end of `bytes` is whole.
std::size_t first_not_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    std::size_t length = 1;
    if (byte >= 0xF0 && byte < 0xF8)
      length = 4;
    else if (byte >= 0xE0)
      length = byte < 0xF0 ? 3 : 0;
    else if (byte >= 0xC2)
      length = 2;
    else if (byte >= 0x80)
      length = 0;
    if (length == 0) return at;
    for (std::size_t next = 1; next < length && at + next < bytes.size(); ++next) {
      if ((static_cast<unsigned char>(bytes[at + next]) & 0xC0) != 0x80) return at;
    }
    at += length;
  }
  return std::string_view::npos;
}

DataError encoding_error(const std::string& shown, std::string what, const std::string& table) {
  return DataError({.where = shown,
                    .what = std::move(what),
                    .expected = "utf-8, latin-1 or utf-16",
                    .remedy = fmt::format("save it as UTF-8, or set tables.{}.csv.encoding", table)});
}

// What the option says, in DuckDB's names.
std::string named_encoding(const std::string& given, const std::string& shown, const std::string& table) {
  std::string name = lower(given);
  std::erase_if(name, [](char c) { return c == '-' || c == '_' || c == ' '; });
  if (name == "utf8") return "utf-8";
  if (name == "latin1" || name == "iso88591") return "latin-1";
  if (name == "utf16" || name == "utf16le") return "utf-16";
  throw encoding_error(shown, fmt::format("encoding '{}' is not one that can be read", given), table);
}

std::string found_encoding(const fs::path& file, const std::string& shown, const std::string& table) {
  const std::string ending = lower(file.extension().string());
  if (ending == ".gz" || ending == ".zst") return "utf-8";
  const std::string head = head_of(file);
  if (head.starts_with("\xFF\xFE")) return "utf-16";
  if (head.starts_with("\xFE\xFF")) {
    throw encoding_error(shown, "the file is UTF-16 with the high byte first", table);
  }
  const std::size_t at = first_not_utf8(head);
  if (at == std::string::npos) return "utf-8";
  // Windows-1252 differs from Latin-1 in these bytes: curly quotes, the euro sign.
  const auto odd = std::find_if(head.begin(), head.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 && byte < 0xA0;
  });
  if (odd != head.end()) {
    throw encoding_error(
        shown,
        fmt::format("byte 0x{:02x} at position {} is neither UTF-8 nor Latin-1 (Windows-1252 has it)",
                    static_cast<unsigned char>(*odd), odd - head.begin()),
        table);
  }
  return "latin-1";
}

std::string first_line(EmbeddedEngine& engine, const fs::path& file, const std::string& encoding) {
  const Table line = engine.query(fmt::format(
      "SELECT line FROM read_csv({}, auto_detect = false, header = false, delim = chr(1), quote = '', "
      "escape = '', columns = {{'line': 'VARCHAR'}}, encoding = {}, hive_partitioning = false) LIMIT 1",
      sql_literal(file.string()), sql_literal(encoding)));
  return line.n_rows() == 0 ? "" : line.column("line").texts[0];
}

// The fields of one line; `quote` empty means that nothing is quoted.
std::vector<std::string> fields_of(const std::string& line, char delimiter, char quote) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (quote != '\0' && c == quote) {
      if (quoted && at + 1 < line.size() && line[at + 1] == quote) {
        fields.back() += line[++at];
      } else {
        quoted = !quoted;
      }
    } else if (c == delimiter && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  for (std::string& field : fields) {
    const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
    while (!field.empty() && is_space(static_cast<unsigned char>(field.back()))) field.pop_back();
    field.erase(field.begin(), std::find_if_not(field.begin(), field.end(), is_space));
  }
  return fields;
}

// The candidate that cuts the first line into the most fields.
char found_delimiter(const std::string& line, char quote) {
  char best = ',';
  std::size_t most = 1;
  for (const char candidate : {',', ';', '\t', '|'}) {
    const std::size_t n_fields = fields_of(line, candidate, quote).size();
    if (n_fields > most) {
      most = n_fields;
      best = candidate;
    }
  }
  return best;
}

bool looks_like_number(const std::string& field) {
  return !field.empty() &&
         std::any_of(field.begin(), field.end(), [](unsigned char c) { return std::isdigit(c); }) &&
         field.find_first_not_of("0123456789.,-+/: ") == std::string::npos;
}

bool looks_like_header(const std::vector<std::string>& fields, const std::vector<std::string>& known_names) {
  for (const std::string& field : fields) {
    for (const std::string& name : known_names) {
      if (lower(field) == lower(name)) return true;
    }
  }
  return std::none_of(fields.begin(), fields.end(), looks_like_number);
}

// A header's names made usable: none empty, none twice (letter case aside, as in SQL).
std::vector<std::string> column_names(std::vector<std::string> fields, bool has_header) {
  for (std::size_t at = 0; at < fields.size(); ++at) {
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
      "read_csv({}, auto_detect = false, header = {}, delim = {}, quote = {}, escape = {}, encoding = {}, "
      "nullstr = ['', 'NULL', '\\N'], hive_partitioning = {}, hive_types_autocast = false, columns = {{{}}})",
      sql_list(files), layout.has_header, sql_literal(layout.delimiter), sql_literal(layout.quote),
      sql_literal(layout.quote), sql_literal(group.encoding), layout.has_partitions, types);
}

}  // namespace

CsvLayout find_csv_layout(EmbeddedEngine& engine, const std::string& table,
                          const std::vector<fs::path>& files, const CsvDialect& dialect,
                          const std::vector<std::string>& known_names, const ProjectPaths& paths) {
  CsvLayout layout;
  layout.has_partitions = has_partition_folder(files.front());
  for (const fs::path& file : files) {
    const std::string shown = shown_path(file, paths);
    const std::string encoding = dialect.encoding.empty() ? found_encoding(file, shown, table)
                                                          : named_encoding(dialect.encoding, shown, table);
    const std::string line = first_line(engine, file, encoding);
    if (layout.groups.empty()) {
      layout.quote = dialect.quote.empty() ? (line.starts_with("'") ? "'" : "\"") : dialect.quote;
      layout.delimiter = dialect.delimiter.empty() ? std::string(1, found_delimiter(line, layout.quote[0]))
                                                   : dialect.delimiter;
    }
    const std::vector<std::string> fields = fields_of(line, layout.delimiter[0], layout.quote[0]);
    if (layout.groups.empty())
      layout.has_header = dialect.header.value_or(looks_like_header(fields, known_names));
    std::vector<std::string> columns = column_names(fields, layout.has_header);
    auto group = std::find_if(layout.groups.begin(), layout.groups.end(), [&](const CsvGroup& known) {
      return known.columns == columns && known.encoding == encoding;
    });
    if (group == layout.groups.end()) {
      layout.groups.push_back({.files = {}, .columns = std::move(columns), .encoding = encoding});
      group = std::prev(layout.groups.end());
    }
    group->files.push_back(file);
  }
  return layout;
}

std::string csv_relation(const CsvLayout& layout) {
  if (layout.groups.size() == 1) return read_call(layout, layout.groups[0], layout.groups[0].files);
  std::string all;
  for (const CsvGroup& group : layout.groups) {
    all += (all.empty() ? "SELECT * FROM " : " UNION ALL BY NAME SELECT * FROM ") +
           read_call(layout, group, group.files);
  }
  return "(" + all + ")";
}

std::string csv_file_relation(const CsvLayout& layout, const fs::path& file) {
  for (const CsvGroup& group : layout.groups) {
    if (std::find(group.files.begin(), group.files.end(), file) == group.files.end()) continue;
    return "(SELECT row_number() OVER () AS aisle_row, * FROM " + read_call(layout, group, {file}) + ")";
  }
  throw InternalError(
      {.where = "csv", .what = file.string() + " is in no group", .expected = "", .remedy = ""});
}

}  // namespace aisle
