// Whether a statement keeps to the SQL that both engines understand alike (docs/engines.md), and an engine
// that notes what it is asked.
#pragma once

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aisle/engine/engine.h"

namespace aisle::testing {

// Functions with the same meaning in both engines, seen to give the same values.
inline const std::set<std::string, std::less<>> kCommonFunctions = {
    "abs",    "bit_count",      "bit_or",     "cast",  "coalesce", "concat_ws", "count", "day",
    "floor",  "greatest",       "grouping",   "least", "lower",    "max",       "min",   "month",
    "nullif", "regexp_matches", "row_number", "sqrt",  "sum",      "year"};
// Words that may stand before a bracket without calling anything.
inline const std::set<std::string, std::less<>> kWordsBeforeBrackets = {
    "and",    "as",     "between", "by",    "case",  "decimal", "distinct", "else", "except",
    "exists", "filter", "from",    "in",    "join",  "not",     "on",       "or",   "over",
    "select", "sets",   "then",    "union", "using", "when",    "where"};
// Types whose name or width is the same, or is put right by spark_sql().
inline const std::set<std::string, std::less<>> kCommonTypes = {"bigint",  "integer", "double",  "date",
                                                                "varchar", "hugeint", "decimal", "boolean"};
// What means another thing, or nothing, in one of the engines.
inline const std::set<std::string, std::less<>> kForeignWords = {
    "anti",     "asof",        "avg",        "copy",    "create",  "current_date", "delete",
    "describe", "div",         "drop",       "exclude", "ilike",   "insert",       "interval",
    "lateral",  "pivot",       "positional", "pragma",  "qualify", "replace",      "rlike",
    "sample",   "semi",        "set",        "similar", "struct",  "summarize",    "timestamp",
    "try_cast", "tablesample", "unnest",     "unpivot", "update",  "values"};
// Marks: lists, structs, lambdas and casts of one engine alone.
inline const std::set<std::string, std::less<>> kCommonMarks = {
    "(", ")", ",", ".", ";", "=", "<", ">", "<=", ">=", "<>", "+", "-", "*", "/", "//", "%", "<<"};

inline std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// Why the statement is outside the common subset; "" when it is inside.
inline std::string fault_of_common_sql(std::string_view sql) {
  std::vector<SqlToken> tokens = sql_tokens(sql);
  std::erase_if(tokens, [](const SqlToken& token) { return token.kind == SqlTokenKind::kSpace; });
  const auto word = [&](std::size_t at) { return at < tokens.size() ? lower_case(tokens[at].text) : ""; };
  bool in_cast = false;
  int depth = 0, cast_depth = -1;
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const std::string text = word(at);
    if (text == "(") ++depth;
    if (text == ")" && --depth < cast_depth) cast_depth = -1;
    if (tokens[at].kind == SqlTokenKind::kMark && !kCommonMarks.contains(text)) return "the mark " + text;
    if (tokens[at].kind != SqlTokenKind::kWord) continue;
    if (kForeignWords.contains(text)) return "the word " + text;
    const bool is_member = at > 0 && word(at - 1) == ".";
    if (word(at + 1) == "(" && !is_member && !kCommonFunctions.contains(text) &&
        !kWordsBeforeBrackets.contains(text)) {
      const bool is_cte_or_alias = word(at + 2) == "select" || (at > 0 && word(at - 1) == "as");
      if (!is_cte_or_alias) return "the function " + text;
    }
    if (text == "cast") {
      in_cast = true;
      cast_depth = depth + 1;
    }
    if (in_cast && text == "as" && depth == cast_depth) {
      if (!kCommonTypes.contains(word(at + 1))) return "the type " + word(at + 1);
      in_cast = false;
    }
    // Days between two dates are an interval in one engine and a number in the other, but for a cast.
    if (text == "date" && at > 0 && word(at - 1) == "-" && depth != cast_depth) return "a difference of days";
  }
  return "";
}

// Hands everything to the embedded engine and keeps the statements of the common subset.
class RecordingEngine : public Engine {
 public:
  explicit RecordingEngine(EmbeddedEngine& inner) : inner_(inner) {}
  SqlDialect dialect() const override { return inner_.dialect(); }
  void make_table(const std::string& name, const std::string& query) override {
    statements.push_back(query);
    inner_.make_table(name, query);
  }
  void make_view(const std::string& name, const std::string& query) override {
    statements.push_back(query);
    inner_.make_view(name, query);
  }
  void make_file_view(const std::string& name, const ParquetFiles& files) override {
    inner_.make_file_view(name, files);
  }
  void put_rows(const std::string& name, const std::string& query) override { inner_.put_rows(name, query); }
  Table query(const std::string& sql) override {
    statements.push_back(sql);
    return inner_.query(sql);
  }
  void put_table(const std::string& name, const Table& table) override { inner_.put_table(name, table); }
  std::int64_t write_parquet(const std::string& query, const std::filesystem::path& file) override {
    statements.push_back(query);
    return inner_.write_parquet(query, file);
  }
  void set_progress(QueryProgress progress) override { inner_.set_progress(std::move(progress)); }
  EmbeddedEngine& embedded() override { return inner_; }

  std::vector<std::string> statements;

 private:
  EmbeddedEngine& inner_;
};

}  // namespace aisle::testing
