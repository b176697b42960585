// The proposal as a commented aisle.toml.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aisle/onboard/proposal.h"
#include "aisle/onboard/toml_parts.h"
#include "aisle/project/contract.h"
#include "aisle/project/option_table.h"
#include "aisle/project/options_text.h"

namespace aisle {
namespace {

int percent(double sure) {
  return static_cast<int>(std::floor(100 * sure));
}

// Relative to the project when the file is below it: such a project can be moved.
std::string written_path(const std::string& path, const std::filesystem::path& project_dir) {
  if (project_dir.empty()) return path;
  const std::filesystem::path root = std::filesystem::absolute(project_dir).lexically_normal();
  const std::filesystem::path inside = std::filesystem::path(path).lexically_relative(root);
  return inside.empty() || *inside.begin() == ".." ? path : inside.generic_string();
}

std::string csv_lines(const CsvDialect& csv) {
  std::string lines;
  const auto add = [&](const char* key, const std::string& value) {
    lines += fmt::format("csv.{} = {}\n", key, toml_string(value));
  };
  if (csv.delimiter.empty()) return lines;
  add("delimiter", csv.delimiter);
  if (csv.decimal == ",") add("decimal", csv.decimal);
  if (!csv.encoding.empty() && csv.encoding != "utf-8") add("encoding", csv.encoding);
  if (!csv.date_format.empty() && csv.date_format != "%Y-%m-%d") add("date_format", csv.date_format);
  if (csv.header == false) lines += "csv.header = false\n";
  return lines;
}

// A line a column, the doubtful ones as comments. The mapping of a column to its own name is written too:
// it is what the reader looks for.
std::string column_lines(const TableGuess& table) {
  std::size_t widest = 0;
  std::vector<std::string> lines;
  for (const ColumnGuess& guess : table.columns) {
    std::string line = guess.sure < kSureEnough ? "# " : "";
    line += guess.column + " = " + toml_string(guess.mapping);
    lines.push_back(line);
    if (line.size() <= 60) widest = std::max(widest, line.size());
  }
  std::string text;
  for (std::size_t item = 0; item < lines.size(); ++item) {
    const ColumnGuess& guess = table.columns[item];
    text +=
        fmt::format("{:<{}}  # {} %{}\n", lines[item], widest, percent(guess.sure),
                    guess.sure < kSureEnough ? ": not sure enough; take the mark away if it is right" : "");
  }
  return text;
}

std::string table_text(const Proposal& proposal, const TableGuess& table,
                       const std::filesystem::path& project_dir) {
  const SeenFile& file = proposal.files[table.file];
  std::string text =
      fmt::format("# {}: {} % sure.\n", find_contract_table(table.table)->help, percent(table.sure));
  for (const std::string& note : file.notes) text += fmt::format("# Mind: {}.\n", note);
  if (!table.not_placed.empty()) text += fmt::format("# Not used: {}.\n", fmt::join(table.not_placed, ", "));
  if (!table.not_found.empty()) text += fmt::format("# Not found: {}.\n", fmt::join(table.not_found, ", "));
  text +=
      fmt::format("[tables.{}]\npath = {}\n", table.table, toml_string(written_path(file.path, project_dir)));
  text += csv_lines(file.csv);
  return text + fmt::format("[tables.{}.columns]\n", table.table) + column_lines(table);
}

}  // namespace

std::string render(const Proposal& proposal, const std::filesystem::path& project_dir) {
  std::string text = fmt::format(
      "# What aisle made of the files in {}.\n"
      "# Look it over: the per cent after a column is how sure the guess is. A column maps to one of yours "
      "or to\n"
      "# an SQL expression over yours. Then: aisle check; aisle run\n\nformat = 1\n\n",
      proposal.dir.string());
  text += fmt::format("[project]\nname = {}\n", toml_string(proposal.dir.filename().string()));
  for (const TableGuess& table : proposal.tables) {
    text += fmt::format("\n{}", table_text(proposal, table, project_dir));
  }
  std::string rest;
  for (const std::string& line : proposal.files_not_placed) rest += fmt::format("# Not placed: {}\n", line);
  for (const std::string& note : proposal.notes) rest += fmt::format("# {}\n", note);
  if (!rest.empty()) text += fmt::format("\n{}", rest);
  return text + "\n" + rest_of_options("trading");
}

}  // namespace aisle
