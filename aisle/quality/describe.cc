// The outcome of the checks for a terminal.
#include <fmt/format.h>

#include <algorithm>

#include "aisle/quality/checks.h"

namespace aisle {
namespace {

constexpr std::size_t kWidest = 40;

// Columns from bytes: UTF-8 continuation bytes take no place on the screen.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

std::string shortened(std::string text) {
  if (width_of(text) <= kWidest) return text;
  std::size_t at = 0;
  for (std::size_t width = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && ++width > kWidest - 3) break;
  }
  return text.substr(0, at) + "...";
}

// The columns of the listed rows: the key, then values that are not part of it.
struct Listing {
  std::vector<std::string> titles;
  std::vector<std::string> names;
};

Listing listing_of(const ExpectationResult& result) {
  Listing listing;
  for (const std::string& key : result.key_columns) {
    listing.titles.push_back(key);
    listing.names.push_back(key);
  }
  for (std::size_t at = 0; at < result.value_columns.size(); ++at) {
    const std::string& column = result.value_columns[at];
    if (std::find(listing.titles.begin(), listing.titles.end(), column) != listing.titles.end()) continue;
    listing.titles.push_back(column);
    listing.names.push_back(fmt::format("v{}", at));
  }
  return listing;
}

std::string cell_text(const Column& column, std::size_t row) {
  return column.null_at(row) ? "null" : shortened(column.text_at(row));
}

std::string rows_block(const ExpectationResult& result) {
  const Listing listing = listing_of(result);
  std::vector<std::vector<std::string>> lines = {listing.titles};
  for (std::size_t row = 0; row < result.rows.n_rows(); ++row) {
    lines.emplace_back();
    for (const std::string& name : listing.names)
      lines.back().push_back(cell_text(result.rows.column(name), row));
  }
  std::vector<std::size_t> widths(listing.titles.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t at = 0; at < line.size(); ++at) widths[at] = std::max(widths[at], width_of(line[at]));
  }
  std::string text;
  for (const auto& line : lines) {
    std::string row = "     ";
    for (std::size_t at = 0; at < line.size(); ++at) {
      row += fmt::format(" {}{}", line[at], std::string(widths[at] - width_of(line[at]) + 1, ' '));
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  const auto left = result.n_unexpected - static_cast<std::int64_t>(result.rows.n_rows());
  if (left > 0) text += "      ... and " + count_text(left) + " more\n";
  return text;
}

std::string table_block(const TableOutcome& table) {
  std::string failures;
  std::size_t n_passed = 0;
  for (const ExpectationResult& result : table.results) {
    if (result.success) {
      ++n_passed;
      continue;
    }
    failures += fmt::format("  {:<9} {}: {}\n", severity_name(result.expectation.severity),
                            result.expectation.name, result.message);
    if (result.about_rows) failures += rows_block(result);
  }
  std::string head = fmt::format("{}: {} {}, {} of {} checks passed", table.name, count_text(table.n_rows),
                                 table.n_rows == 1 ? "row" : "rows", n_passed, table.results.size());
  if (table.n_quarantined > 0) {
    head += fmt::format(", {} {} quarantined", count_text(table.n_quarantined),
                        table.n_quarantined == 1 ? "row" : "rows");
  }
  return head + "\n" + failures;
}

}  // namespace

std::string describe(const CheckOutcome& outcome) {
  std::string text;
  for (const TableOutcome& table : outcome.tables) text += table_block(table);
  return text + outcome.message + "\n";
}

}  // namespace aisle
