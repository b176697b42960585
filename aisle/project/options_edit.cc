#include "aisle/project/options_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/project/file_error.h"
#include "aisle/project/option_table.h"
#include "aisle/project/staged_output.h"
#include "aisle/project/toml_reader.h"

namespace aisle {
namespace {

// Lines with their ends.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
    lines.push_back(text.substr(start, end - start));
    start = end;
  }
  return lines;
}

std::string trimmed(const std::string& line) {
  const std::size_t first = line.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return line.substr(first, line.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_header(const std::string& line) {
  return trimmed(line).starts_with("[");
}

// "[famd]", with a comment behind it or not.
bool is_header_of(const std::string& line, const std::string& section) {
  std::string text = trimmed(line);
  if (!text.starts_with("[") || text.starts_with("[[")) return false;
  const std::size_t close = text.find(']');
  return close != std::string::npos && trimmed(text.substr(1, close - 1)) == section;
}

// "# min_samples = 1": how `aisle init` writes an option that is not said.
bool is_commented(const std::string& line, const std::string& name) {
  std::string text = trimmed(line);
  if (!text.starts_with("#")) return false;
  text = trimmed(text.substr(1));
  if (!text.starts_with(name)) return false;
  return trimmed(text.substr(name.size())).starts_with("=");
}

// The line after which the option's own line belongs, among those of the section that begins at `header`.
std::size_t line_before(const std::vector<std::string>& lines, std::size_t header, const std::string& name) {
  std::size_t last = header;
  for (std::size_t at = header + 1; at < lines.size() && !is_header(lines[at]); ++at) {
    if (is_commented(lines[at], name)) return at;
    const std::string text = trimmed(lines[at]);
    if (!text.empty() && !text.starts_with("#")) last = at;
  }
  return last;
}

void refuse_other_forms(const std::string& toml, const std::string& where, const std::string& section) {
  for (const TomlEntry& entry : read_toml(toml, where)) {
    if (entry.path.front() != section) continue;
    throw InvalidInput({.where = fmt::format("{}:{}", where, entry.line),
                        .what = fmt::format("{} is not written as a section", section),
                        .expected = fmt::format("a line [{}] with its options below", section),
                        .remedy = ""});
  }
}

std::string with_line(const std::string& toml, const std::string& where, const OptionRow& row,
                      const std::string& value) {
  std::vector<std::string> lines = lines_of(toml);
  if (!lines.empty() && !lines.back().ends_with('\n')) lines.back() += '\n';
  const std::string line = fmt::format("{} = {}\n", row.name(), value);
  std::size_t header = 0;
  while (header < lines.size() && !is_header_of(lines[header], row.section())) ++header;
  if (header < lines.size()) {
    const std::size_t after = line_before(lines, header, row.name());
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(after) + 1, line);
  } else {
    refuse_other_forms(toml, where, row.section());
    lines.push_back(fmt::format("{}[{}]\n{}", lines.empty() ? "" : "\n", row.section(), line));
  }
  std::string text;
  for (const std::string& each : lines) text += each;
  return text;
}

}  // namespace

const std::vector<std::string>& cluster_sections() {
  static const std::vector<std::string> sections = {"model",  "famd",  "hdbscan", "gaussian_mixture",
                                                    "kmeans", "limits"};
  return sections;
}

std::vector<OptionChange> changes_between(const Options& before, const Options& after,
                                          const std::vector<std::string>& sections) {
  std::vector<OptionChange> changes;
  for (const OptionRow& row : option_table()) {
    if (std::find(sections.begin(), sections.end(), row.section()) == sections.end()) continue;
    OptionChange change{.key = std::string(row.key),
                        .before = toml_text(row.get(before)),
                        .after = toml_text(row.get(after)),
                        .value = row.get(after)};
    if (change.before != change.after) changes.push_back(std::move(change));
  }
  return changes;
}

std::string edit_options(const std::string& toml, const std::string& where,
                         const std::vector<OptionChange>& changes) {
  std::string text = toml;
  for (const OptionChange& change : changes) {
    const OptionRow& row = *find_option(change.key);
    const std::optional<TomlPlace> said = find_toml_value(text, where, {row.section(), row.name()});
    if (said && said->is_table_of_lines) {
      throw InvalidInput({.where = fmt::format("{}:{}", where, said->line),
                          .what = fmt::format("{} is written on several lines of its own", change.key),
                          .expected = fmt::format("one line, {} = {}", row.name(), change.before),
                          .remedy = "write it so, or edit it by hand"});
    }
    if (said) {
      text.replace(said->begin, said->end - said->begin, change.after);
    } else {
      text = with_line(text, where, row, change.after);
    }
  }
  return text;
}

std::string edited_options(const std::string& toml, const std::string& where, const Options& wanted,
                           const std::vector<std::string>& sections) {
  const Options before = parse_options(toml, where, {});
  std::string text = edit_options(toml, where, changes_between(before, wanted, sections));
  const Options after = parse_options(text, where, {});
  std::vector<std::string> others;
  for (const std::string& section : option_sections()) {
    if (std::find(sections.begin(), sections.end(), section) == sections.end()) others.push_back(section);
  }
  if (canonical_options(after, sections) != canonical_options(wanted, sections) ||
      canonical_options(after, others) != canonical_options(before, others)) {
    throw InvalidInput({.where = where,
                        .what = "is written so that these options cannot be set in place",
                        .expected = "a line of its own for each option, below its [section]",
                        .remedy = "edit it by hand"});
  }
  return text;
}

void rewrite_file(const std::filesystem::path& file, const std::string& bytes) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path target = fs::exists(file, error) ? fs::canonical(file, error) : file;
  if (error) throw file_error(file, error.value(), FileUse::kWrite);
  StagedOutput output(target, StagedOutput::Kind::kFile);
  output.write(bytes);
  const fs::file_status there = fs::status(target, error);
  if (fs::exists(there)) {
    fs::permissions(output.path(), there.permissions(), error);
    if (error) throw file_error(file, error.value(), FileUse::kWrite);
  }
  output.commit();
}

}  // namespace aisle
