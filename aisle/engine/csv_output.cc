#include "aisle/engine/csv_output.h"

#include <fmt/format.h>

namespace aisle {

std::int64_t write_csv(EmbeddedEngine& engine, const std::string& query, const std::filesystem::path& file) {
  const std::string rows = "(" + query + ") AS rows";
  std::string columns;
  std::string texts;
  std::string guarded = "0";
  const Table head = engine.query("SELECT * FROM " + rows + " LIMIT 0");
  for (const Column& column : head.columns()) {
    const std::string name = sql_name(column.name);
    std::string value = name;
    if (column.type == ColumnType::kText) {
      const std::string is_formula = fmt::format("regexp_matches({}, '^[=+\\-@\\t\\r]')", name);
      value = fmt::format("CASE WHEN {} THEN '''' || {} ELSE {} END AS {}", is_formula, name, name, name);
      guarded += fmt::format(" + count(*) FILTER ({})", is_formula);
      texts += (texts.empty() ? "" : ", ") + name;
    }
    columns += (columns.empty() ? "" : ", ") + value;
  }
  const std::string quoted = texts.empty() ? "" : fmt::format(", FORCE_QUOTE ({})", texts);
  engine.execute(fmt::format("COPY (SELECT {} FROM {}) TO {} (FORMAT csv, HEADER, USE_TMP_FILE false{})",
                             columns, rows, sql_literal(file.string()), quoted));
  return engine.query(fmt::format("SELECT {} AS n FROM {}", guarded, rows)).column("n").ints[0];
}

}  // namespace aisle
