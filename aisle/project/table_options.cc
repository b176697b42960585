#include "aisle/project/table_options.h"

#include <algorithm>

#include "aisle/base/errors.h"
#include "aisle/base/text_encoding.h"
#include "aisle/project/contract.h"
#include "aisle/project/did_you_mean.h"

namespace aisle {
namespace {

std::vector<std::string> table_names() {
  std::vector<std::string> names;
  for (const ContractTable& table : contract_tables()) names.emplace_back(table.name);
  return names;
}

std::vector<std::string> column_names(const ContractTable& table) {
  std::vector<std::string> names;
  for (const ContractColumn& column : table.columns) names.emplace_back(column.name);
  return names;
}

[[noreturn]] void refuse_unknown(const std::string& kind, const std::string& key, const std::string& prefix,
                                 const std::string& last, const std::vector<std::string>& known,
                                 const std::string& where) {
  const std::string nearest = nearest_name(last, known);
  const std::string remedy =
      nearest.empty() ? "known are " + one_of(known) : "did you mean '" + prefix + nearest + "'?";
  throw InvalidInput({where, "unknown " + kind + " '" + key + "'", "", remedy});
}

const std::string& text_in(const TomlEntry& entry, const std::string& key, const std::string& expected,
                           const std::string& where) {
  const std::string* text = entry.value ? std::get_if<std::string>(&*entry.value) : nullptr;
  if (text == nullptr) throw InvalidInput({where, key + " is " + entry.shown, expected, ""});
  return *text;
}

void check_one_of(const std::string& text, const std::string& key, const std::vector<std::string>& choices,
                  const std::string& where) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return;
  throw InvalidInput({where, key + " is '" + text + "'", one_of(choices), did_you_mean(text, choices)});
}

void check_encoding(const std::string& text, const std::string& key, const std::string& where) {
  if (is_encoding(text)) return;
  throw InvalidInput({where, key + " is '" + text + "'",
                      "utf-8, windows-1252, latin-1, utf-16 or another name that iconv has",
                      did_you_mean(text, {"utf-8", "windows-1252", "latin-1", "utf-16"})});
}

void check_one_letter(const std::string& text, const std::string& key, const std::string& where) {
  if (text.size() == 1 && text != "\n" && text != "\r") return;
  throw InvalidInput({where, key + " is '" + text + "'", "one character", ""});
}

void apply_csv(CsvDialect& csv, const std::string& name, const std::string& prefix, const TomlEntry& entry,
               const std::string& where) {
  const std::string key = prefix + name;
  if (name == "header") {
    const bool* header = entry.value ? std::get_if<bool>(&*entry.value) : nullptr;
    if (header == nullptr) throw InvalidInput({where, key + " is " + entry.shown, "true or false", ""});
    csv.header = *header;
    return;
  }
  const std::string& text = text_in(entry, key, "text between quotes", where);
  if (name == "delimiter") {
    check_one_letter(text, key, where);
    csv.delimiter = text;
  } else if (name == "decimal") {
    check_one_of(text, key, {".", ","}, where);
    csv.decimal = text;
  } else if (name == "encoding") {
    check_encoding(text, key, where);
    csv.encoding = text;
  } else if (name == "date_format") {
    if (text.find('%') == std::string::npos) {
      throw InvalidInput({where, key + " is '" + text + "'", "a form such as %d/%m/%Y", ""});
    }
    csv.date_format = text;
  } else if (name == "quote") {
    check_one_letter(text, key, where);
    csv.quote = text;
  } else {
    refuse_unknown("key", key, prefix, name,
                   {"delimiter", "decimal", "encoding", "date_format", "quote", "header"}, where);
  }
}

// A mapping may add columns of its own to the store and product tables, but not one that is a slip of the
// pen for a column of the contract. Short names are near to anything ("age" to "name"): they are let pass.
constexpr std::size_t kShortestSlip = 5;

void apply_column(TableSource& source, const ContractTable& table, const std::string& name,
                  const std::string& prefix, const TomlEntry& entry, const std::string& where) {
  const std::vector<std::string> known = column_names(table);
  const bool slip = name.size() >= kShortestSlip && !nearest_name(name, known).empty();
  if (table.find(name) == nullptr && (!table.takes_extra_columns || slip)) {
    refuse_unknown("column", prefix + name, prefix, name, known, where);
  }
  const std::string& text =
      text_in(entry, prefix + name, "a column of yours or an SQL expression, between quotes", where);
  if (text.empty()) {
    throw InvalidInput({where, prefix + name + " is empty", "a column of yours or an SQL expression",
                        "leave the line out when you have no such column"});
  }
  source.columns[name] = text;
}

}  // namespace

const std::vector<TableKey>& table_keys() {
  static const std::vector<TableKey> keys = {
      {"path", "a CSV or Parquet file, a folder of them (year=2024/month=1 folders too) or a glob"},
      {"csv.delimiter", "what stands between two fields, e.g. \";\" or \"\\t\""},
      {"csv.decimal", "\".\" or \",\""},
      {"csv.encoding", "utf-8, windows-1252, latin-1, utf-16 or another name that iconv has"},
      {"csv.date_format", "how dates are written, e.g. \"%d/%m/%Y\""},
      {"csv.quote", "what stands around a field that holds the delimiter"},
      {"csv.header", "whether the first line names the columns"},
  };
  return keys;
}

void apply_table_entry(Options& options, const TomlEntry& entry, const std::string& where) {
  const std::vector<std::string>& path = entry.path;
  if (path.size() == 1) {
    if (entry.is_empty_table) return;
    throw InvalidInput({where, "tables is " + entry.shown, "sections such as [tables.fact_sales]", ""});
  }
  const std::string& table_name = path[1];
  const std::string prefix = "tables." + table_name;
  const ContractTable* table = find_contract_table(table_name);
  if (table == nullptr) refuse_unknown("table", prefix, "tables.", table_name, table_names(), where);
  TableSource& source = options.tables[table_name];
  if (path.size() == 2) {
    if (entry.is_empty_table) return;
    throw InvalidInput({where, prefix + " is " + entry.shown, "a section with path, csv and columns",
                        "write " + prefix + ".path = ..."});
  }
  if (path[2] == "path" && path.size() == 3) {
    source.path = text_in(entry, prefix + ".path", "text between quotes", where);
    if (source.path.empty()) {
      throw InvalidInput({where, prefix + ".path is empty", "a file, folder or glob", ""});
    }
  } else if ((path[2] == "csv" || path[2] == "columns") && path.size() == 3 && entry.is_empty_table) {
    return;
  } else if (path[2] == "csv" && path.size() == 4) {
    apply_csv(source.csv, path[3], prefix + ".csv.", entry, where);
  } else if (path[2] == "columns" && path.size() == 4) {
    apply_column(source, *table, path[3], prefix + ".columns.", entry, where);
  } else {
    std::string key = prefix;
    for (std::size_t part = 2; part < path.size(); ++part) key += "." + path[part];
    refuse_unknown("key", key, prefix + ".", path[2], {"path", "csv", "columns"}, where);
  }
}

std::string canonical_table(const std::string& name, const TableSource& source) {
  const std::string prefix = "tables." + name + ".";
  std::string lines = prefix + "path = " + toml_string(source.path) + "\n";
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) lines += prefix + "csv." + key + " = " + toml_string(value) + "\n";
  };
  add("delimiter", source.csv.delimiter);
  add("decimal", source.csv.decimal);
  add("encoding", source.csv.encoding);
  add("date_format", source.csv.date_format);
  add("quote", source.csv.quote);
  if (source.csv.header) lines += prefix + "csv.header = " + (*source.csv.header ? "true\n" : "false\n");
  for (const auto& [column, mapped] : source.columns) {
    lines += prefix + "columns." + column + " = " + toml_string(mapped) + "\n";
  }
  return lines;
}

}  // namespace aisle
