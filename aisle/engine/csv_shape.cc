#include "aisle/engine/csv_shape.h"

#include <algorithm>
#include <map>
#include <set>

#include "aisle/engine/value_forms.h"

namespace aisle {
namespace {

constexpr std::size_t kSampledRecords = 300;
constexpr double kMostLines = 0.8;

// The commonest number of fields, and the share of records that have it.
std::pair<std::size_t, double> common_width(const std::vector<CsvRecord>& records) {
  std::map<std::size_t, std::size_t> counts;
  for (const auto& record : records) ++counts[record.size()];
  std::pair<std::size_t, std::size_t> best = {0, 0};
  for (const auto& [width, count] : counts) {
    if (count >= best.second) best = {width, count};
  }
  const double share =
      records.empty() ? 0 : static_cast<double>(best.second) / static_cast<double>(records.size());
  return {best.first, share};
}

bool is_data(const std::string& field) {
  if (number_form(field) != NumberForm::kNone) return true;
  const auto& forms = date_forms();
  return std::any_of(forms.begin(), forms.end(),
                     [&](const std::string& form) { return date_in(field, form).has_value(); });
}

}  // namespace

std::vector<CsvRecord> csv_records(std::string_view text, char delimiter, char quote, TextEnd end,
                                   std::size_t most) {
  std::vector<CsvRecord> records;
  CsvRecord record;
  std::string field;
  bool quoted = false, any = false;
  const auto close_field = [&] {
    record.push_back(field);
    field.clear();
  };
  const auto close_record = [&] {
    if (any) {
      close_field();
      records.push_back(record);
    }
    record.clear();
    field.clear();
    any = false;
  };
  for (std::size_t at = 0; at < text.size() && records.size() < most; ++at) {
    const char letter = text[at];
    if (quoted) {
      if (letter != quote) {
        field += letter;
      } else if (at + 1 < text.size() && text[at + 1] == quote) {
        field += letter;
        ++at;
      } else {
        quoted = false;
      }
    } else if (letter == '\n' || letter == '\r') {
      close_record();
    } else {
      any = true;
      if (letter == quote && field.empty()) {
        quoted = true;
      } else if (letter == delimiter) {
        close_field();
      } else {
        field += letter;
      }
    }
  }
  if (end == TextEnd::kWhole && records.size() < most && !quoted) close_record();
  return records;
}

CsvShape sniff_csv(std::string_view utf8, char quote, TextEnd end) {
  CsvShape best;
  if (utf8.find('\0') != std::string_view::npos) return best;
  double best_share = 0;
  std::size_t most_fields = 0;
  // The order decides between equals: a decimal comma stands in as many places of each line as a semicolon
  // does, but hardly the other way round.
  for (const char delimiter : {'\t', '|', ';', ','}) {
    std::vector<CsvRecord> records = csv_records(utf8, delimiter, quote, end, kSampledRecords);
    const auto [width, share] = common_width(records);
    const std::size_t n_fields = records.empty() ? 0 : records.front().size();
    const bool fits = width >= 2 && share >= kMostLines && share > best_share;
    const bool is_guess = best_share == 0 && n_fields > 0 && n_fields >= most_fields;
    if (!fits && !is_guess) continue;
    best.delimiter = delimiter;
    best.is_table = fits || (width == 1 && share == 1);  // one column has no delimiter
    best.records = std::move(records);
    most_fields = n_fields;
    if (fits) best_share = share;
  }
  return best;
}

bool has_header(const std::vector<CsvRecord>& records) {
  if (records.empty()) return true;
  const CsvRecord& first = records.front();
  std::set<std::string> names;
  for (std::size_t col = 0; col < first.size(); ++col) {
    if (is_data(first[col])) return false;
    if (!first[col].empty() && !names.insert(first[col]).second) return false;
    for (std::size_t row = 1; row < records.size(); ++row) {
      if (!first[col].empty() && col < records[row].size() && records[row][col] == first[col]) return false;
    }
  }
  return !names.empty();
}

}  // namespace aisle
