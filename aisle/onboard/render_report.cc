// The proposal for a terminal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aisle/onboard/proposal.h"

namespace aisle {
namespace {

int percent(double sure) {
  return static_cast<int>(std::floor(100 * sure));
}

std::string with_commas(std::int64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) text += ',';
    text += digits[at];
  }
  return text;
}

// Letters, not bytes: names have accents.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t have = width_of(text);
  return have < width ? text + std::string(width - have, ' ') : text;
}

std::string table_report(const Proposal& proposal, const TableGuess& table) {
  const SeenFile& file = proposal.files[table.file];
  std::string files = file.n_files > 1 ? fmt::format(", {} files", file.n_files) : "";
  std::string text = fmt::format("\n{}  from {}  ({}{}, {} rows)  {} % sure\n", table.table, file.label,
                                 file.form, files, with_commas(file.n_rows), percent(table.sure));
  std::size_t column_width = 0, source_width = 0;
  for (const ColumnGuess& guess : table.columns) {
    column_width = std::max(column_width, width_of(guess.column));
    source_width = std::max(source_width, std::min<std::size_t>(28, width_of(guess.source_column)));
  }
  for (const ColumnGuess& guess : table.columns) {
    text += fmt::format("  {}  <-  {}  {:>2} %{}  {}\n", padded(guess.column, column_width),
                        padded(guess.source_column, source_width), percent(guess.sure),
                        guess.sure < kSureEnough ? " (not taken)" : "", fmt::join(guess.reasons, ", "));
    if (guess.mapping != guess.source_column) text += fmt::format("      as {}\n", guess.mapping);
  }
  if (!table.not_placed.empty()) text += fmt::format("  not used: {}\n", fmt::join(table.not_placed, ", "));
  if (!table.not_found.empty()) text += fmt::format("  not found: {}\n", fmt::join(table.not_found, ", "));
  for (const std::string& note : file.notes) text += fmt::format("  mind: {}\n", note);
  return text;
}

}  // namespace

std::string report(const Proposal& proposal) {
  std::string text = fmt::format("Looked at {} (nothing there was changed).\n", proposal.dir.string());
  for (const TableGuess& table : proposal.tables) text += table_report(proposal, table);
  if (!proposal.files_not_placed.empty()) text += "\nNot placed:\n";
  for (const std::string& line : proposal.files_not_placed) text += fmt::format("  {}\n", line);
  if (!proposal.notes.empty()) text += "\n";
  for (const std::string& note : proposal.notes) text += fmt::format("{}.\n", note);
  return text;
}

}  // namespace aisle
