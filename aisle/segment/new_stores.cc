#include "aisle/segment/new_stores.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "aisle/base/errors.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTable = "new_stores";
constexpr const char* kOpeningDate = "opening_date";
constexpr const char* kFitReason = "fit_reason";

// A number that the model reads, with what stands in where there is none.
struct NeededNumber {
  std::string column;
  double fill = 0;
};

// A column that is there, and its value as a number.
struct CheckedNumber {
  std::string column;
  std::string expression;
};

std::vector<NeededNumber> needed_numbers(const ModelColumns& columns) {
  std::vector<NeededNumber> needed;
  std::set<std::string> seen;
  const auto add = [&](const std::string& column, double fill) {
    if (seen.insert(column).second) needed.push_back({column, fill});
  };
  for (const auto* inputs : {&columns.context_numeric, &columns.behaviour}) {
    for (const NumericInput& input : *inputs) {
      if (input.transform != ColumnTransform::kCentredLogRatio) add(input.column, input.fill);
    }
  }
  for (const Composition& composition : columns.compositions) {
    for (const CompositionPart& part : composition) add(part.column, part.fill);
  }
  return needed;
}

// The value of a column as a double; null for a null, an empty text, NaN and a text that is no number.
std::string number_of(const Column& column) {
  const std::string name = sql_name(column.name);
  std::string number = fmt::format("CAST({} AS DOUBLE)", name);
  if (column.type == ColumnType::kText) {
    number = fmt::format(
        "CASE lower(trim({0})) WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE TRY_CAST(trim({0}) AS DOUBLE) END",
        name);
  }
  return fmt::format("(CASE WHEN isnan({0}) THEN NULL ELSE {0} END)", number);
}

// Builds new_stores: looks for the columns, checks the values, makes the table, counts what is filled.
class NewStoresBuilder {
 public:
  NewStoresBuilder(EmbeddedEngine& engine, const std::string& given, const Model& model,
                   const std::string& where)
      : engine_(engine),
        given_(sql_name(given)),
        model_(model),
        where_(where),
        head_(engine.query("SELECT * FROM " + given_ + " LIMIT 0")),
        numbers_(needed_numbers(model.design.columns)) {}

  NewStores build() {
    choose_columns();
    check_values();
    engine_.execute(
        fmt::format("CREATE OR REPLACE TABLE {} AS SELECT row_number() OVER (ORDER BY store_id) - 1 AS "
                    "row_number, * FROM (SELECT {} FROM {}) ORDER BY store_id",
                    kTable, selected_, given_));
    check_unique();
    NewStores result;
    result.n_stores = engine_.query(fmt::format("SELECT count(*) AS n FROM {}", kTable)).column("n").ints[0];
    for (const NeededNumber& number : numbers_) note_filled(number, result);
    for (std::size_t at = 0; at < model_.design.columns.context_categorical.size(); ++at) {
      note_unseen(at, result);
    }
    return result;
  }

 private:
  [[noreturn]] void refuse(std::string what, std::string expected, std::string remedy = "") const {
    throw DataError({.where = where_,
                     .what = std::move(what),
                     .expected = std::move(expected),
                     .remedy = std::move(remedy)});
  }

  const Column& column(const std::string& name) const {
    if (const Column* found = head_.find(name)) return *found;
    refuse(fmt::format("there is no column {}", name), "every column that the model reads",
           name.starts_with("mix_") ? "a category that no store sells is a column of 0" : "");
  }

  void select(const std::string& expression, const std::string& name) {
    selected_ += (selected_.empty() ? "" : ", ") + expression + " AS " + sql_name(name);
  }

  void choose_columns() {
    select(fmt::format("CAST({} AS VARCHAR)", sql_name(column(kStoreId).name)), kStoreId);
    std::set<std::string> taken = {kStoreId};
    for (const NeededNumber& number : numbers_) {
      const bool is_age = number.column == kYearsOpen && head_.find(kYearsOpen) == nullptr &&
                          head_.find(kOpeningDate) != nullptr;
      if (is_age) {
        select(fmt::format("TRY_CAST({} AS DATE)", sql_name(kOpeningDate)), kOpeningDate);
        taken.insert(kOpeningDate);
        continue;
      }
      const Column& found = column(number.column);
      if (found.type == ColumnType::kDate) {
        refuse(fmt::format("{} is of type date", found.name), "a number");
      }
      const std::string expression = number_of(found);
      checked_.push_back({found.name, expression});
      select(expression, found.name);
      taken.insert(found.name);
    }
    for (const CategoryInput& input : model_.design.columns.context_categorical) {
      const Column& found = column(input.column);
      if (!taken.insert(found.name).second) continue;
      select(fmt::format("CAST({} AS VARCHAR)", sql_name(found.name)), found.name);
    }
    if (const Column* eligible = head_.find(kFitEligible);
        eligible != nullptr && !taken.contains(kFitEligible)) {
      select(number_of(*eligible), kFitEligible);
    }
    if (head_.find(kFitReason) != nullptr && !taken.contains(kFitReason)) {
      select(fmt::format("CAST({} AS VARCHAR)", kFitReason), kFitReason);
    }
  }

  // What makes a given value no number of use, by column; the file is read once for all of them.
  void check_values() const {
    std::string counts = "count(*) FILTER (coalesce(CAST(store_id AS VARCHAR), '') = '') AS n_empty";
    for (std::size_t at = 0; at < checked_.size(); ++at) {
      counts += fmt::format(", count(*) FILTER ({}) AS n_{}", is_bad(checked_[at]), at);
    }
    const Table found = engine_.query(fmt::format("SELECT {} FROM {}", counts, given_));
    if (const std::int64_t n = found.column("n_empty").ints[0]; n > 0) {
      refuse(fmt::format("{} {} no store_id", n, n == 1 ? "row has" : "rows have"), "a store in each row");
    }
    for (std::size_t at = 0; at < checked_.size(); ++at) {
      if (found.column(fmt::format("n_{}", at)).ints[0] > 0) refuse_value(checked_[at]);
    }
  }

  static std::string text_of(const CheckedNumber& number) {
    return fmt::format("CAST({} AS VARCHAR)", sql_name(number.column));
  }
  static std::string is_bad(const CheckedNumber& number) {
    return fmt::format("isinf({0}) OR ({0} IS NULL AND lower(trim({1})) NOT IN ('', 'nan'))",
                       number.expression, text_of(number));
  }

  [[noreturn]] void refuse_value(const CheckedNumber& number) const {
    const Table bad = engine_.query(
        fmt::format("SELECT CAST(store_id AS VARCHAR) AS store, {} AS given FROM {} WHERE {} ORDER BY store, "
                    "given LIMIT 1",
                    text_of(number), given_, is_bad(number)));
    refuse(fmt::format("store {} has the {} '{}'", bad.column("store").text_at(0), number.column,
                       bad.column("given").text_at(0)),
           "a finite number, or nothing");
  }

  void check_unique() const {
    const Table twice =
        engine_.query(fmt::format("SELECT store_id, count(*) AS n FROM {} GROUP BY store_id HAVING count(*) "
                                  "> 1 ORDER BY store_id LIMIT 1",
                                  kTable));
    if (twice.n_rows() == 0) return;
    refuse(fmt::format("store {} is there {} times", twice.column(kStoreId).text_at(0),
                       twice.column("n").text_at(0)),
           "one row a store");
  }

  void note_filled(const NeededNumber& number, NewStores& result) const {
    const bool is_age = number.column == kYearsOpen && head_.find(kYearsOpen) == nullptr;
    const std::int64_t n = engine_
                               .query(fmt::format("SELECT count(*) AS n FROM {} WHERE {} IS NULL", kTable,
                                                  sql_name(is_age ? kOpeningDate : number.column)))
                               .column("n")
                               .ints[0];
    if (n == 0) return;
    result.notes.push_back(fmt::format("{} no {}; {:.4g}, the median of the fit, stands in",
                                       n == 1 ? "1 store has" : fmt::format("{} stores have", n),
                                       number.column, number.fill));
  }

  // Levels that the fit lacks, the most frequent first.
  void note_unseen(std::size_t at, NewStores& result) const {
    constexpr std::size_t kNamed = 5;
    const std::string& name = model_.design.columns.context_categorical[at].column;
    std::string known;
    for (const std::string& level : model_.design.famd.levels[at]) {
      known += (known.empty() ? "" : ", ") + sql_literal(level);
    }
    const Table unseen = engine_.query(
        fmt::format("SELECT level, count(*) AS n, count(*) OVER () AS n_levels FROM (SELECT coalesce({}, {}) "
                    "AS level FROM {}) "
                    "{} GROUP BY level ORDER BY n DESC, level LIMIT {}",
                    sql_name(name), sql_literal(kMissingLevel), kTable,
                    known.empty() ? "" : fmt::format("WHERE level NOT IN ({})", known), kNamed));
    for (std::size_t row = 0; row < unseen.n_rows(); ++row) {
      const std::int64_t n = unseen.column("n").ints[row];
      result.notes.push_back(fmt::format("{} '{}' was not seen in the fit; its {} at the average level", name,
                                         unseen.column("level").text_at(row),
                                         n == 1 ? "store stands" : fmt::format("{} stores stand", n)));
    }
    if (unseen.n_rows() == kNamed && unseen.column("n_levels").ints[0] > static_cast<std::int64_t>(kNamed)) {
      result.notes.push_back(
          fmt::format("{}: {} more were not seen in the fit", name,
                      unseen.column("n_levels").ints[0] - static_cast<std::int64_t>(kNamed)));
    }
  }

  EmbeddedEngine& engine_;
  std::string given_;
  const Model& model_;
  const std::string& where_;
  Table head_;  // the given columns, without rows
  std::vector<NeededNumber> numbers_;
  std::vector<CheckedNumber> checked_;
  std::string selected_;
};

}  // namespace

void open_feature_file(EmbeddedEngine& engine, const std::string& name, const fs::path& file) {
  if (!fs::is_regular_file(file)) {
    throw EnvironmentError({.where = file.string(),
                            .what = "is not there",
                            .expected = "a CSV or Parquet file of store features",
                            .remedy = ""});
  }
  const std::string ending = file.extension().string();
  std::string reader;
  if (ending == ".parquet") reader = "read_parquet({})";
  if (ending == ".csv") reader = "read_csv({}, header = true, all_varchar = true)";
  if (reader.empty()) {
    throw DataError({.where = file.string(),
                     .what = fmt::format("ends in '{}'", ending),
                     .expected = "a file of store features that ends in .csv or .parquet",
                     .remedy = ""});
  }
  engine.execute(fmt::format("CREATE OR REPLACE VIEW {} AS SELECT * FROM {}", sql_name(name),
                             fmt::format(fmt::runtime(reader), sql_literal(file.string()))));
}

NewStores open_new_stores(EmbeddedEngine& engine, const std::string& given, const Model& model,
                          const std::string& where) {
  return NewStoresBuilder(engine, given, model, where).build();
}

Table new_stores_block(EmbeddedEngine& engine, const Model& model, std::int64_t first, std::int64_t count) {
  return canonical_stores(
      engine.query(
          fmt::format("SELECT * EXCLUDE (row_number) FROM {} WHERE row_number >= {} AND row_number < {} "
                      "ORDER BY row_number",
                      kTable, first, first + count)),
      model.as_of);
}

}  // namespace aisle
