#include "aisle/engine/table_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/engine/text_forms.h"
#include "aisle/engine/user_sql.h"

namespace aisle {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::vector<std::string> names_of(const std::vector<FileColumn>& columns) {
  std::vector<std::string> names;
  for (const FileColumn& column : columns) names.push_back(column.name);
  return names;
}

// As SQL would: exactly, else with letter case aside.
const FileColumn* find_column(const std::vector<FileColumn>& columns, const std::string& name) {
  for (const FileColumn& column : columns) {
    if (column.name == name) return &column;
  }
  for (const FileColumn& column : columns) {
    if (lower(column.name) == lower(name)) return &column;
  }
  return nullptr;
}

std::string where_of(const OpenedSource& opened, const ProjectPaths& paths) {
  const auto& files = opened.source.files;
  const std::string first = shown_path(files.front(), paths);
  return files.size() == 1 ? first : fmt::format("{} and {} more files", first, files.size() - 1);
}

std::string option_of(const OpenedSource& opened, const std::string& column) {
  return fmt::format("tables.{}.columns.{}", opened.contract->name, column);
}

std::vector<FileColumn> described(EmbeddedEngine& engine, const std::string& select) {
  const Table columns = engine.query("DESCRIBE " + select);
  std::vector<FileColumn> result;
  for (std::size_t row = 0; row < columns.n_rows(); ++row) {
    result.push_back({columns.column("column_name").texts[row], columns.column("column_type").texts[row]});
  }
  return result;
}

void open_relation(EmbeddedEngine& engine, OpenedSource& opened, const TableSource& options,
                   const ProjectPaths& paths) {
  if (opened.source.is_csv) {
    std::vector<std::string> known;
    for (const ContractColumn& column : opened.contract->columns) known.emplace_back(column.name);
    for (const auto& [name, value] : options.columns) known.push_back(value);
    opened.csv = find_csv_layout(engine, std::string(opened.contract->name), opened.source.files, options.csv,
                                 known, paths);
    opened.relation = csv_relation(*opened.csv);
  } else {
    const bool partitions = has_partition_folder(opened.source.files.front());
    opened.relation = parquet_relation(opened.source.files, partitions);
  }
  try {
    opened.file_columns = described(engine, "SELECT * FROM " + opened.relation);
  } catch (const DataError& error) {
    throw DataError({.where = where_of(opened, paths),
                     .what = error.parts().what,
                     .expected = "",
                     .remedy = "write or copy the file again"});
  }
}

// Whether an expression may use a column: its name stands there as a word of its own.
bool mentions(const std::string& expression, const std::string& column) {
  const std::string text = lower(expression);
  const std::string name = lower(column);
  const auto is_word = [&](std::size_t at) {
    return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
  };
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    if (!is_word(at - 1) && !is_word(at + name.size())) return true;
  }
  return false;
}

// An expression sees the columns of a CSV typed, as it would those of a Parquet file; where it makes an id
// or a name it sees their text, so that leading zeros stay.
void type_columns_of_expressions(OpenedSource& opened, TextSniffer& sniffer) {
  if (!opened.source.is_csv) return;
  for (FileColumn& column : opened.file_columns) {
    const bool is_used =
        std::any_of(opened.columns.begin(), opened.columns.end(), [&](const MappedColumn& mapped) {
          return mapped.is_expression && mapped.type != ColumnType::kText &&
                 mentions(mapped.origin, column.name);
        });
    const bool stays_text =
        std::any_of(opened.columns.begin(), opened.columns.end(), [&](const MappedColumn& mapped) {
          return mapped.type == ColumnType::kText && mentions(mapped.origin, column.name);
        });
    if (!is_used || stays_text) continue;
    const std::string value = sql_name(column.name);
    const std::optional<ColumnType> type = sniffer.find_type(value);
    if (!type) continue;
    MappedColumn typed{.name = column.name,
                       .value = value,
                       .origin = column.name,
                       .type = type,
                       .source_type = column.type,
                       .forms = {}};
    typed.forms = sniffer.find_forms(*type, value, column.name);
    opened.typed_first.push_back(typed);
  }
}

std::string typed_relation(const OpenedSource& opened, CastKind kind) {
  if (opened.typed_first.empty()) return opened.relation;
  std::string replaced;
  for (const MappedColumn& column : opened.typed_first) {
    const Cast cast = cast_to(*column.type, column.value, column.source_type, column.forms);
    replaced += (replaced.empty() ? "" : ", ") +
                (kind == CastKind::kStrict ? strict(cast, column.value) : cast.attempt) + " AS " +
                sql_name(column.name);
  }
  return fmt::format("(SELECT * REPLACE ({}) FROM {})", replaced, opened.relation);
}

// An engine's message without the columns that it guesses at; ours names them all.
std::string without_candidates(const std::string& message) {
  return message.substr(0, message.find("; Candidate bindings"));
}

// The type of an expression, or an error that says what the mapping could have been.
std::string type_of_expression(EmbeddedEngine& engine, const OpenedSource& opened,
                               const MappedColumn& column) {
  if (const std::string fault = fault_of_user_expression(engine, column.origin); !fault.empty()) {
    throw DataError({.where = option_of(opened, column.name),
                     .what = fmt::format("'{}' {}", column.origin, fault),
                     .expected = kUserSqlScope,
                     .remedy = ""});
  }
  try {
    return described(engine, fmt::format("SELECT {} AS c FROM {}", column.value,
                                         typed_relation(opened, CastKind::kChecked)))
        .front()
        .type;
  } catch (const DataError& error) {
    const std::vector<std::string> names = names_of(opened.file_columns);
    const std::string near = nearest_name(column.origin, names);
    throw DataError(
        {.where = option_of(opened, column.name),
         .what = fmt::format("'{}' is neither a column of the file nor SQL that works ({})", column.origin,
                             without_candidates(error.parts().what)),
         .expected = fmt::format("one of {}, or an SQL expression over them", fmt::join(names, ", ")),
         .remedy = near.empty() ? "mend it in aisle.toml" : fmt::format("did you mean '{}'?", near)});
  }
}

MappedColumn map_column(const OpenedSource& opened, const std::string& name, const std::string& origin) {
  MappedColumn mapped{
      .name = name, .value = "", .origin = origin, .type = {}, .source_type = "", .forms = {}};
  const FileColumn* column = find_column(opened.file_columns, origin);
  mapped.is_expression = column == nullptr;
  // The line break ends a comment that an expression may close with.
  mapped.value = column != nullptr ? sql_name(column->name) : "(" + origin + "\n)";
  if (column != nullptr) mapped.source_type = column->type;
  return mapped;
}

void map_contract_columns(OpenedSource& opened, const TableSource& options) {
  for (const ContractColumn& column : opened.contract->columns) {
    const std::string name(column.name);
    const auto given = options.columns.find(name);
    if (given == options.columns.end() && find_column(opened.file_columns, name) == nullptr) continue;
    MappedColumn mapped = map_column(opened, name, given == options.columns.end() ? name : given->second);
    mapped.type = column.type;
    opened.columns.push_back(std::move(mapped));
  }
}

void map_extra_columns(OpenedSource& opened, const TableSource& options,
                       const std::vector<std::string>& wanted) {
  std::vector<std::string> known;
  for (const ContractColumn& column : opened.contract->columns) known.emplace_back(column.name);
  for (const auto& [name, origin] : options.columns) {
    if (opened.contract->find(name) != nullptr) continue;
    if (!opened.contract->takes_extra_columns) {
      const std::string near = nearest_name(name, known);
      throw DataError({.where = option_of(opened, name),
                       .what = fmt::format("{} has no column {}", opened.contract->name, name),
                       .expected = fmt::format("one of {}", fmt::join(known, ", ")),
                       .remedy = near.empty() ? "" : fmt::format("did you mean '{}'?", near)});
    }
    opened.columns.push_back(map_column(opened, name, origin));
  }
  for (const std::string& name : wanted) {
    const bool is_there = std::any_of(opened.columns.begin(), opened.columns.end(),
                                      [&](const MappedColumn& column) { return column.name == name; });
    if (!is_there && find_column(opened.file_columns, name) != nullptr) {
      opened.columns.push_back(map_column(opened, name, name));
    }
  }
}

void check_required(const OpenedSource& opened, const ProjectPaths& paths) {
  const std::vector<std::string> names = names_of(opened.file_columns);
  for (const ContractColumn& column : opened.contract->columns) {
    const bool is_mapped =
        std::any_of(opened.columns.begin(), opened.columns.end(),
                    [&](const MappedColumn& mapped) { return mapped.name == column.name; });
    if (!column.required || is_mapped) continue;
    const std::string name(column.name);
    const std::string near = nearest_name(name, names);
    throw DataError(
        {.where = where_of(opened, paths),
         .what = fmt::format("there is no column for {}, which {} needs", name, opened.contract->name),
         .expected = fmt::format("it among the columns {}", fmt::join(names, ", ")),
         .remedy = fmt::format("map it: {} = \"{}\"", option_of(opened, name), near.empty() ? "..." : near)});
  }
}

// Extra columns of a CSV get the type that their text has; those of a Parquet file keep theirs.
void find_text_forms(EmbeddedEngine& engine, OpenedSource& opened, TextSniffer& sniffer) {
  for (MappedColumn& column : opened.columns) {
    if (column.is_expression) column.source_type = type_of_expression(engine, opened, column);
  }
  for (MappedColumn& column : opened.columns) {
    if (column.source_type != "VARCHAR" || column.type == ColumnType::kText) continue;
    if (!column.type && (!opened.source.is_csv || column.is_expression)) continue;
    if (!column.type) column.type = sniffer.find_type(column.value);
    if (column.type) column.forms = sniffer.find_forms(*column.type, column.value, column.origin);
  }
}

void note_unused(OpenedSource& opened, const ProjectPaths& paths) {
  std::vector<std::string> unused;
  for (const FileColumn& column : opened.file_columns) {
    const bool is_used =
        std::any_of(opened.columns.begin(), opened.columns.end(), [&](const MappedColumn& mapped) {
          return mapped.origin == column.name ||
                 mentions(mapped.is_expression ? mapped.origin : mapped.value, column.name);
        });
    if (!is_used) unused.push_back(column.name);
  }
  if (!unused.empty()) {
    opened.notes.push_back(fmt::format("{}: columns of {} that are not used: {}.", opened.contract->name,
                                       where_of(opened, paths), fmt::join(unused, ", ")));
  }
}

}  // namespace

OpenedSource open_table_source(EmbeddedEngine& engine, const ContractTable& contract, SourceFiles files,
                               const TableSource& options, const std::vector<std::string>& wanted_extras,
                               const ProjectPaths& paths) {
  OpenedSource opened;
  opened.contract = &contract;
  opened.source = std::move(files);
  open_relation(engine, opened, options, paths);
  map_contract_columns(opened, options);
  map_extra_columns(opened, options, wanted_extras);
  check_required(opened, paths);
  TextSniffer sniffer(engine, std::string(contract.name), opened.relation, options.csv,
                      opened.csv ? opened.csv->delimiter : "");
  type_columns_of_expressions(opened, sniffer);
  find_text_forms(engine, opened, sniffer);
  note_unused(opened, paths);
  opened.notes.insert(opened.notes.end(), sniffer.notes().begin(), sniffer.notes().end());
  return opened;
}

std::string select_columns(const OpenedSource& opened, CastKind kind) {
  std::string list;
  for (const MappedColumn& column : opened.columns) {
    std::string value = column.value;
    if (column.type) {
      const Cast cast = cast_to(*column.type, column.value, column.source_type, column.forms);
      value = kind == CastKind::kStrict ? strict(cast, column.value) : cast.attempt;
    }
    list += (list.empty() ? "" : ", ") + value + " AS " + sql_name(column.name);
  }
  return fmt::format("SELECT {} FROM {}", list, typed_relation(opened, kind));
}

namespace {

struct FaultPlace {
  std::string file;
  std::int64_t row = 0;  // from 1
  std::string value;
};

std::optional<FaultPlace> find_in_parquet(EmbeddedEngine& engine, const OpenedSource& opened,
                                          const std::string& value, const std::string& fault,
                                          const ProjectPaths& paths) {
  std::string relation = opened.relation;
  relation.insert(relation.size() - 1, ", filename = 'aisle_file', file_row_number = true");
  const Table found = engine.query(fmt::format(
      "SELECT aisle_file, file_row_number + 1 AS aisle_row, CAST({} AS VARCHAR) AS value FROM {} WHERE {} "
      "ORDER BY aisle_file, aisle_row LIMIT 1",
      value, relation, fault));
  if (found.n_rows() == 0) return std::nullopt;
  return FaultPlace{shown_path(found.column("aisle_file").texts[0], paths), found.column("aisle_row").ints[0],
                    found.column("value").texts[0]};
}

std::optional<FaultPlace> find_in_csv(EmbeddedEngine& engine, const OpenedSource& opened,
                                      const std::string& value, const std::string& fault, bool is_typed,
                                      const ProjectPaths& paths) {
  for (const auto& file : opened.source.files) {
    OpenedSource one = opened;
    one.relation = csv_file_relation(*opened.csv, file);
    const Table found = engine.query(fmt::format(
        "SELECT aisle_row, CAST({} AS VARCHAR) AS value FROM {} WHERE {} ORDER BY aisle_row LIMIT 1", value,
        is_typed ? typed_relation(one, CastKind::kChecked) : one.relation, fault));
    if (found.n_rows() == 0) continue;
    const std::int64_t header = opened.csv->has_header ? 1 : 0;
    return FaultPlace{shown_path(file, paths), found.column("aisle_row").ints[0] + header,
                      found.column("value").texts[0]};
  }
  return std::nullopt;
}

void check_column(EmbeddedEngine& engine, const OpenedSource& opened, const MappedColumn& column,
                  bool is_typed, const ProjectPaths& paths) {
  if (!column.type) return;
  const Cast cast = cast_to(*column.type, column.value, column.source_type, column.forms);
  if (!cast.can_fail) return;
  const std::string fault = is_faulty(cast, column.value);
  const std::optional<FaultPlace> place =
      opened.source.is_csv ? find_in_csv(engine, opened, column.value, fault, is_typed, paths)
                           : find_in_parquet(engine, opened, column.value, fault, paths);
  if (!place) return;
  const std::string table(opened.contract->name);
  std::string remedy = "mend the value, or map the column to an SQL expression";
  if (opened.source.is_csv && *column.type == ColumnType::kDate)
    remedy = fmt::format("mend it, or set tables.{}.csv.date_format", table);
  if (opened.source.is_csv && *column.type == ColumnType::kDouble)
    remedy = fmt::format("mend it, or set tables.{}.csv.decimal", table);
  const std::string mapped = column.origin == column.name ? "" : fmt::format(" (from {})", column.origin);
  throw DataError(
      {.where = fmt::format("{}: {} {}", place->file, opened.source.is_csv ? "line" : "row", place->row),
       .what = fmt::format("{}{} is '{}'", column.name, mapped, place->value),
       .expected = expected_text(*column.type, column.forms),
       .remedy = remedy});
}

}  // namespace

void check_values(EmbeddedEngine& engine, const OpenedSource& opened, const ProjectPaths& paths) {
  for (const MappedColumn& column : opened.typed_first) check_column(engine, opened, column, false, paths);
  for (const MappedColumn& column : opened.columns) check_column(engine, opened, column, true, paths);
}

}  // namespace aisle
