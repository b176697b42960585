#include "aisle/engine/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace aisle {
namespace {

bool is_word_start(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         (static_cast<unsigned char>(c) >= 0x80);
}
bool is_word_part(char c) {
  return is_word_start(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// Where what begins with a quote ends; a doubled quote stands for itself.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  for (++at; at < sql.size(); ++at) {
    if (sql[at] != quote) continue;
    if (at + 1 < sql.size() && sql[at + 1] == quote) {
      ++at;
    } else {
      return at + 1;
    }
  }
  return sql.size();
}

std::size_t end_of_space(std::string_view sql, std::size_t at) {
  while (at < sql.size()) {
    if (std::isspace(static_cast<unsigned char>(sql[at])) != 0) {
      ++at;
    } else if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (sql.substr(at, 2) == "/*") {
      const std::size_t end = sql.find("*/", at + 2);
      at = end == std::string_view::npos ? sql.size() : end + 2;
    } else {
      break;
    }
  }
  return at;
}

std::size_t end_of_number(std::string_view sql, std::size_t at) {
  const auto digits = [&] {
    while (at < sql.size() && std::isdigit(static_cast<unsigned char>(sql[at])) != 0) ++at;
  };
  digits();
  if (at < sql.size() && sql[at] == '.') ++at;
  digits();
  if (at < sql.size() && (sql[at] == 'e' || sql[at] == 'E')) {
    const std::size_t sign = at + 1 < sql.size() && (sql[at + 1] == '-' || sql[at + 1] == '+') ? 2 : 1;
    if (at + sign < sql.size() && std::isdigit(static_cast<unsigned char>(sql[at + sign])) != 0) {
      at += sign;
      digits();
    }
  }
  return at;
}

std::size_t end_of_mark(std::string_view sql, std::size_t at) {
  constexpr std::array<std::string_view, 9> kLong = {"//", "<>", "<=", ">=", "!=", "||", "::", "<<", ">>"};
  for (const std::string_view mark : kLong) {
    if (sql.substr(at, 2) == mark) return at + 2;
  }
  return at + 1;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// "a ""name""" with Spark's quote.
std::string spark_name(std::string_view quoted) {
  std::string name = "`";
  for (std::size_t at = 1; at + 1 < quoted.size(); ++at) {
    if (quoted[at] == '"') ++at;
    if (quoted[at] == '`') name += '`';
    name += quoted[at];
  }
  return name + "`";
}

// In a text literal of Spark a backslash begins an escape.
std::string spark_text(std::string_view quoted) {
  std::string text = "'";
  for (std::size_t at = 1; at + 1 < quoted.size(); ++at) {
    if (quoted[at] == '\\') {
      text += "\\\\";
    } else if (quoted[at] == '\'') {
      text += "\\'";
      ++at;
    } else {
      text += quoted[at];
    }
  }
  return text + "'";
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSparkWords = {{
    {"varchar", "STRING"},
    {"hugeint", "DECIMAL(38, 0)"},
    {"regexp_matches", "regexp_like"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kSparkTypes = {{
    {"VARCHAR", "STRING"},
    {"BIGINT", "BIGINT"},
    {"INTEGER", "INT"},
    {"SMALLINT", "SMALLINT"},
    {"TINYINT", "TINYINT"},
    {"DOUBLE", "DOUBLE"},
    {"FLOAT", "FLOAT"},
    {"BOOLEAN", "BOOLEAN"},
    {"DATE", "DATE"},
    {"TIMESTAMP", "TIMESTAMP_NTZ"},
    {"TIMESTAMP WITH TIME ZONE", "TIMESTAMP"},
}};

std::string spark_word(std::string_view word) {
  const std::string plain = lower(word);
  for (const auto& [ours, theirs] : kSparkWords) {
    if (plain == ours) return std::string(theirs);
  }
  return std::string(word);
}

}  // namespace

std::vector<SqlToken> sql_tokens(std::string_view sql) {
  std::vector<SqlToken> tokens;
  std::size_t at = 0;
  while (at < sql.size()) {
    SqlTokenKind kind = SqlTokenKind::kMark;
    std::size_t end = end_of_space(sql, at);
    if (end > at) {
      kind = SqlTokenKind::kSpace;
    } else if (sql[at] == '"' || sql[at] == '\'') {
      kind = sql[at] == '"' ? SqlTokenKind::kName : SqlTokenKind::kText;
      end = end_of_quoted(sql, at);
    } else if (std::isdigit(static_cast<unsigned char>(sql[at])) != 0) {
      kind = SqlTokenKind::kNumber;
      end = end_of_number(sql, at);
    } else if (is_word_start(sql[at])) {
      kind = SqlTokenKind::kWord;
      while (end < sql.size() && is_word_part(sql[end])) ++end;
    } else {
      end = end_of_mark(sql, at);
    }
    tokens.push_back({kind, sql.substr(at, end - at)});
    at = end;
  }
  return tokens;
}

std::string spark_sql(std::string_view sql) {
  std::string result;
  for (const SqlToken& token : sql_tokens(sql)) {
    switch (token.kind) {
      case SqlTokenKind::kName:
        result += spark_name(token.text);
        break;
      case SqlTokenKind::kText:
        result += spark_text(token.text);
        break;
      case SqlTokenKind::kWord:
        result += spark_word(token.text);
        break;
      default:
        result += token.text == "//" ? "DIV" : token.text;
    }
  }
  return result;
}

std::string spark_type(const std::string& duckdb_type) {
  if (duckdb_type.starts_with("DECIMAL(")) return duckdb_type;
  for (const auto& [theirs, spark] : kSparkTypes) {
    if (duckdb_type == theirs) return std::string(spark);
  }
  return "";
}

std::string whole_units(const std::string& value, const std::string& per_unit, SqlDialect dialect) {
  if (dialect == SqlDialect::kDuckdb) {
    return fmt::format("CAST(floor({} * {} + 0.5) AS BIGINT)", value, per_unit);
  }
  return fmt::format(
      "CASE WHEN NOT (abs({0} * {1}) < 9e18) THEN raise_error('a value {2} to whole units') ELSE floor({0} * "
      "{1} + 0.5) END",
      value, per_unit, "can''t be cast");
}

std::string wide_units(const std::string& value, const std::string& per_unit, SqlDialect dialect) {
  if (dialect == SqlDialect::kDuckdb) {
    return fmt::format("CAST(floor({} * {} + 0.5) AS DECIMAL(38, 0))", value, per_unit);
  }
  // Doubles beyond 2^53 are whole as they stand.
  return fmt::format(
      "CASE WHEN abs({0} * {1}) < 9e15 THEN CAST(floor({0} * {1} + 0.5) AS DECIMAL(38, 0)) ELSE CAST({0} * "
      "{1} AS DECIMAL(38, 0)) END",
      value, per_unit);
}

}  // namespace aisle
