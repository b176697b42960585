#include "aisle/onboard/column_profile.h"

#include <algorithm>
#include <map>

#include "aisle/base/errors.h"
#include "aisle/engine/csv_layout.h"
#include "aisle/engine/utf8_copy.h"

namespace aisle {
namespace {

// Of the distinct values of a column this share must be a number, or a date, for the column to be one.
constexpr double kNearlyAll = 0.98;

std::uint64_t hash_of(std::string_view text) {  // FNV-1a
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char letter : text) {
    hash ^= static_cast<unsigned char>(letter);
    hash *= 1099511628211ULL;
  }
  return hash;
}

bool has_letters_beyond_ascii(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// The encoding that every file of a source can be read in; "" where they differ, and each is found by itself.
std::string common_encoding(const std::vector<CsvHead>& heads) {
  std::string common;
  for (const CsvHead& head : heads) {
    const bool is_ascii = head.encoding == "utf-8" && !has_letters_beyond_ascii(head.text);
    if (is_ascii) continue;
    if (!common.empty() && head.encoding != common) return "";
    common = head.encoding;
  }
  const bool has_plain =
      std::any_of(heads.begin(), heads.end(), [&](const CsvHead& head) { return head.encoding != common; });
  if (common.starts_with("utf-16") && has_plain) return "";
  return common.empty() ? "utf-8" : common;
}

struct CsvReading {
  CsvDialect dialect;
  std::vector<std::filesystem::path> files;  // in UTF-8
};

CsvReading sniff_dialect(EmbeddedEngine& engine, const Source& source, const std::filesystem::path& copies,
                         std::vector<std::string>& notes) {
  std::vector<CsvHead> heads;
  CsvReading reading;
  for (const std::filesystem::path& file : source.files) {
    heads.push_back(read_csv_head(engine, file, "", source.label));
    const std::string& encoding = heads.back().encoding;
    reading.files.push_back(
        encoding == "utf-8" ? file : utf8_copy(file, encoding, copies, source.label, "another encoding"));
  }
  CsvDialect& csv = reading.dialect;
  if (heads.front().text.empty()) throw DataError({source.label, "the file is empty", "", ""});
  csv.encoding = common_encoding(heads);
  if (csv.encoding.empty()) notes.emplace_back("its files differ in encoding: each is read in its own");
  const CsvShape shape = sniff_csv(heads.front().text, '"', heads.front().end);
  if (!shape.is_table) {
    throw DataError({source.label, "its lines do not make a table", "the same number of fields in each", ""});
  }
  csv.delimiter = std::string(1, shape.delimiter);
  csv.header = has_header(shape.records);
  if (csv.header == false) notes.emplace_back("no header: columns are named column0, column1, ...");
  return reading;
}

// Distinct values with how often they occur, the commonest first.
struct Tally {
  std::vector<std::string> values;
  std::vector<std::int64_t> counts;
};

void classify_numbers(ColumnProfile& column, const Tally& tally) {
  std::map<NumberForm, std::int64_t> counts;
  std::int64_t n_numbers = 0;
  for (const std::string& value : tally.values) {
    const NumberForm form = number_form(value);
    if (form == NumberForm::kNone) continue;
    ++counts[form];
    ++n_numbers;
  }
  if (static_cast<double>(n_numbers) < kNearlyAll * static_cast<double>(tally.values.size())) return;
  NumberForm form = counts.begin()->first;
  for (const auto& [other, count] : counts) form = common_form(form, other);
  if (form == NumberForm::kNone) return;
  column.form = form;
  column.kind = form == NumberForm::kWhole ? ValueKind::kWhole : ValueKind::kDecimal;
  std::vector<std::pair<double, std::int64_t>> numbers;
  std::int64_t total = 0, negative = 0;
  for (std::size_t item = 0; item < tally.values.size(); ++item) {
    if (number_form(tally.values[item]) == NumberForm::kNone) continue;
    numbers.emplace_back(number_in(tally.values[item], form), tally.counts[item]);
    total += tally.counts[item];
    if (numbers.back().first < 0) negative += tally.counts[item];
  }
  std::sort(numbers.begin(), numbers.end());
  column.low = numbers.front().first;
  column.high = numbers.back().first;
  column.negative_share = static_cast<double>(negative) / static_cast<double>(total);
  std::int64_t passed = 0;
  for (const auto& [number, count] : numbers) {
    passed += count;
    column.middle = number;
    if (passed * 2 >= total) break;
  }
}

void classify_dates(ColumnProfile& column, const Tally& tally) {
  for (const std::string& form : date_forms()) {
    std::int64_t n_dates = 0;
    for (const std::string& value : tally.values) n_dates += date_in(value, form) ? 1 : 0;
    if (static_cast<double>(n_dates) >= kNearlyAll * static_cast<double>(tally.values.size())) {
      column.date_forms.push_back(form);
    }
  }
  if (!column.date_forms.empty()) column.kind = ValueKind::kDate;
}

void profile_column(EmbeddedEngine& engine, const std::string& sample, ColumnProfile& column) {
  const std::string name = sql_name(column.name);
  const std::string text =
      column.is_text ? "nullif(trim(" + name + "), '')" : "CAST(" + name + " AS VARCHAR)";
  const Table counts = engine.query(
      "SELECT count(v) AS a, count(*) - count(v) AS b, count(DISTINCT v) AS c FROM "
      "(SELECT " +
      text + " AS v FROM " + sample + ")");
  column.n_values = counts.column("a").ints.at(0);
  column.n_nulls = counts.column("b").ints.at(0);
  column.n_distinct = counts.column("c").ints.at(0);
  if (column.n_values == 0) return;
  const Table values =
      engine.query("SELECT v, count(*) AS n FROM (SELECT " + text + " AS v FROM " + sample +
                   ") WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT " + std::to_string(kMostIds));
  const Tally tally = {values.column("v").texts, values.column("n").ints};
  column.kind = ValueKind::kText;
  classify_dates(column, tally);
  if (column.kind != ValueKind::kDate) classify_numbers(column, tally);
  for (std::size_t item = 0; item < std::min<std::size_t>(3, tally.values.size()); ++item) {
    column.examples.push_back(tally.values[item]);
  }
  for (const std::string& value : tally.values) column.ids.push_back(hash_of(value));
  std::sort(column.ids.begin(), column.ids.end());
}

// One date form and one decimal mark for the file: what most of its columns are in.
void settle_dialect(SourceProfile& profile) {
  std::map<std::string, int> forms;
  bool comma = false, ambiguous = false;
  for (const ColumnProfile& column : profile.columns) {
    if (!column.is_text) continue;
    comma = comma || column.form == NumberForm::kComma || column.form == NumberForm::kGroupedComma;
    for (const std::string& form : column.date_forms) ++forms[form];
  }
  std::string best;
  for (const std::string& form : date_forms()) {
    const auto found = forms.find(form);
    if (found == forms.end()) continue;
    if (best.empty() || found->second > forms[best]) {
      best = form;
      ambiguous = false;
    } else if (found->second == forms[best]) {
      ambiguous = true;
    }
  }
  profile.csv.decimal = std::string(1, comma ? ',' : '.');
  profile.csv.date_format = best;
  if (ambiguous) {
    profile.notes.push_back("its dates may be read in more than one way; " + best +
                            " is proposed: look whether day and month stand so");
  }
}

}  // namespace

const ColumnProfile* SourceProfile::find(const std::string& name) const {
  for (const ColumnProfile& column : columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

SourceProfile profile_source(EmbeddedEngine& engine, const Source& source, const std::string& sample_name,
                             const std::filesystem::path& copies) {
  SourceProfile profile;
  profile.source = source;
  CsvReading reading = {.dialect = {}, .files = source.files};
  if (source.format == FileFormat::kCsv) reading = sniff_dialect(engine, source, copies, profile.notes);
  profile.csv = reading.dialect;
  const std::string from = source_sql(source, reading.files, profile.csv);
  engine.execute("CREATE OR REPLACE TEMP TABLE " + sample_name + " AS SELECT * FROM " + from + " LIMIT " +
                 std::to_string(kSampleRows));
  profile.n_sampled = engine.query("SELECT count(*) AS n FROM " + sample_name).column("n").ints.at(0);
  profile.n_rows = profile.n_sampled;
  if (profile.n_sampled == 0) throw DataError({source.label, "it holds no row", "", ""});
  if (profile.n_sampled == kSampleRows) {
    profile.n_rows = engine.query("SELECT count(*) AS n FROM " + from).column("n").ints.at(0);
  }
  const Table names = engine.query("SELECT column_name, column_type FROM (DESCRIBE " + sample_name + ")");
  for (std::size_t row = 0; row < names.n_rows(); ++row) {
    ColumnProfile column;
    column.name = names.column("column_name").texts[row];
    const std::string& type = names.column("column_type").texts[row];
    column.is_text = type == "VARCHAR";
    column.is_date_type = type == "DATE" || type.starts_with("TIMESTAMP");
    column.is_partition = source.partitioned &&
                          source.files.front().string().find("/" + column.name + "=") != std::string::npos;
    profile_column(engine, sample_name, column);
    profile.columns.push_back(std::move(column));
  }
  if (source.format == FileFormat::kCsv) settle_dialect(profile);
  return profile;
}

std::string form_for_people(const SourceProfile& profile) {
  if (profile.source.format == FileFormat::kParquet) {
    return profile.source.partitioned ? "Parquet, partitioned" : "Parquet";
  }
  static const std::map<std::string, std::string> names = {
      {",", "commas"}, {";", "semicolons"}, {"\t", "tabs"}, {"|", "bars"}};
  std::string form = "CSV, " + names.at(profile.csv.delimiter);
  if (profile.csv.decimal == ",") form += ", decimal comma";
  if (!profile.csv.encoding.empty() && profile.csv.encoding != "utf-8") form += ", " + profile.csv.encoding;
  if (!profile.csv.date_format.empty() && profile.csv.date_format != "%Y-%m-%d") {
    form += ", dates " + profile.csv.date_format;
  }
  return form;
}

}  // namespace aisle
