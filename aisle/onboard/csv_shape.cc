#include "aisle/onboard/csv_shape.h"

#include <algorithm>
#include <map>
#include <set>

#include "aisle/onboard/value_forms.h"

namespace aisle {
namespace {

constexpr std::size_t kSampledRecords = 300;

void append_utf8(std::string& text, unsigned code) {
  const auto put = [&](unsigned byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | (code >> 6));
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3f));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// A letter that is cut off at the end is no fault.
bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const unsigned first = byte_at(bytes, at);
    std::size_t follow = 0;
    if (first >= 0xc2 && first < 0xe0) follow = 1;
    if (first >= 0xe0 && first < 0xf0) follow = 2;
    if (first >= 0xf0 && first < 0xf5) follow = 3;
    if (follow == 0 && first >= 0x80) return false;
    for (std::size_t next = at + 1; next <= at + follow && next < bytes.size(); ++next) {
      if ((byte_at(bytes, next) & 0xc0) != 0x80) return false;
    }
    at += follow + 1;
  }
  return true;
}

// Records of fields by one delimiter; stops after kSampledRecords.
std::vector<std::vector<std::string>> split_records(std::string_view text, char delimiter, TextEnd end) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
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
  for (std::size_t at = 0; at < text.size() && records.size() < kSampledRecords; ++at) {
    const char letter = text[at];
    if (quoted) {
      if (letter != '"') {
        field += letter;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        field += letter;
        ++at;
      } else {
        quoted = false;
      }
    } else if (letter == '\n' || letter == '\r') {
      close_record();
    } else {
      any = true;
      if (letter == '"' && field.empty()) {
        quoted = true;
      } else if (letter == delimiter) {
        close_field();
      } else {
        field += letter;
      }
    }
  }
  if (end == TextEnd::kWhole && records.size() < kSampledRecords && !quoted) close_record();
  return records;
}

// The commonest number of fields, and the share of records that have it.
std::pair<std::size_t, double> common_width(const std::vector<std::vector<std::string>>& records) {
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

// A first record is a header when it holds names: no number or date, no name twice, and no value that
// stands in the same column below.
bool has_header(const std::vector<std::vector<std::string>>& records) {
  const std::vector<std::string>& first = records.front();
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

}  // namespace

std::string detect_encoding(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) return "utf-16";
  const std::string_view front = bytes.substr(0, 4096);
  std::size_t odd_zeros = 0;
  for (std::size_t at = 1; at < front.size(); at += 2) odd_zeros += front[at] == '\0' ? 1 : 0;
  // Western text in UTF-16 has a zero in every second byte.
  if (front.size() >= 4 && odd_zeros * 4 > front.size()) return "utf-16";
  return is_utf8(bytes) ? "utf-8" : "latin-1";
}

std::string to_utf8(std::string_view bytes, const std::string& encoding) {
  std::string text;
  if (encoding == "latin-1") {
    for (std::size_t at = 0; at < bytes.size(); ++at) append_utf8(text, byte_at(bytes, at));
    return text;
  }
  if (encoding == "utf-8") {
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    return std::string(bytes);
  }
  const bool big_end_first = bytes.starts_with("\xfe\xff");
  if (big_end_first || bytes.starts_with("\xff\xfe")) bytes.remove_prefix(2);
  const auto unit_at = [&](std::size_t at) {
    const unsigned one = byte_at(bytes, at), two = byte_at(bytes, at + 1);
    return big_end_first ? (one << 8 | two) : (two << 8 | one);
  };
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    unsigned code = unit_at(at);
    if (code >= 0xd800 && code < 0xdc00 && at + 3 < bytes.size()) {
      code = 0x10000 + ((code - 0xd800) << 10) + (unit_at(at + 2) - 0xdc00);
      at += 2;
    }
    append_utf8(text, code);
  }
  return text;
}

CsvShape sniff_csv(std::string_view utf8, TextEnd end) {
  CsvShape best;
  if (utf8.find('\0') != std::string_view::npos) return best;
  double best_share = 0;
  // The order decides between equals: a decimal comma stands in as many places of each line as a semicolon
  // does, but hardly the other way round.
  for (const char delimiter : {'\t', '|', ';', ','}) {
    auto records = split_records(utf8, delimiter, end);
    const auto [width, share] = common_width(records);
    if (width < 2 || share < 0.8) continue;
    if (share <= best_share) continue;
    best_share = share;
    best.delimiter = delimiter;
    best.n_columns = width;
    best.records = std::move(records);
  }
  if (best.n_columns == 0) {
    best.records = split_records(utf8, ',', end);
    if (best.records.empty()) return best;
    const auto [width, share] = common_width(best.records);
    if (width != 1 || share < 1) return {};
    best.n_columns = 1;
  }
  best.header = has_header(best.records);
  return best;
}

}  // namespace aisle
