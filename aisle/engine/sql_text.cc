#include "aisle/engine/engine.h"

namespace aisle {
namespace {

std::string quoted(const std::string& text, char mark) {
  std::string result(1, mark);
  for (const char c : text) {
    if (c == mark) result += mark;
    result += c;
  }
  return result + mark;
}

}  // namespace

std::string sql_literal(const std::string& text) {
  return quoted(text, '\'');
}
std::string sql_name(const std::string& name) {
  return quoted(name, '"');
}

Table read_parquet(Engine& engine, const std::filesystem::path& file) {
  return engine.embedded().query("SELECT * FROM read_parquet(" + sql_literal(file.string()) +
                                 ", hive_partitioning = false)");
}

std::int64_t write_table(Engine& engine, const Table& table, const std::filesystem::path& file) {
  const std::string name = "aisle_table_to_write";
  EmbeddedEngine& embedded = engine.embedded();
  embedded.put_table(name, table);
  const std::int64_t n_rows = embedded.write_parquet("SELECT * FROM " + name, file);
  embedded.execute("DROP TABLE " + name);
  return n_rows;
}

}  // namespace aisle
