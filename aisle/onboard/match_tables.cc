#include "aisle/onboard/match_tables.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "aisle/onboard/known_names.h"

namespace aisle {
namespace {

constexpr double kLeastColumn = 0.3;
constexpr double kLeastTable = 0.4;

double sure_of(const TableGuess& guess, std::string_view column) {
  for (const ColumnGuess& candidate : guess.columns) {
    if (candidate.column == column) return candidate.sure;
  }
  return 0;
}

// The best one-to-one assignment, greedily by certainty.
std::vector<ColumnGuess> assign_columns(const Evidence& evidence, const ContractTable& table,
                                        std::size_t file) {
  struct Pair {
    std::size_t wanted, column;
    ColumnScore score;
  };
  const SourceProfile& source = evidence.sources[file];
  std::vector<Pair> pairs;
  for (std::size_t wanted = 0; wanted < table.columns.size(); ++wanted) {
    for (std::size_t column = 0; column < source.columns.size(); ++column) {
      ColumnScore score = score_column(evidence, table, table.columns[wanted], file, column);
      if (score.sure >= kLeastColumn) pairs.push_back({wanted, column, std::move(score)});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& left, const Pair& right) { return left.score.sure > right.score.sure; });
  std::vector<bool> column_taken(source.columns.size());
  std::vector<std::optional<ColumnGuess>> found(table.columns.size());
  for (Pair& pair : pairs) {
    if (found[pair.wanted] || column_taken[pair.column]) continue;
    column_taken[pair.column] = true;
    const ContractColumn& wanted = table.columns[pair.wanted];
    const ColumnProfile& column = source.columns[pair.column];
    found[pair.wanted] = ColumnGuess{.column = std::string(wanted.name),
                                     .mapping = mapping_of(source, column, wanted),
                                     .source_column = column.name,
                                     .sure = pair.score.sure,
                                     .reasons = std::move(pair.score.reasons)};
  }
  std::vector<ColumnGuess> guesses;
  for (auto& guess : found) {
    if (guess) guesses.push_back(std::move(*guess));
  }
  return guesses;
}

double facts_sure(const TableGuess& guess, double file_score) {
  const bool sales = guess.table == "fact_sales";
  const double date = sure_of(guess, sales ? "date" : "snapshot_date");
  const double store = sure_of(guess, "store_id"), product = sure_of(guess, "product_id");
  const double money = std::max(sure_of(guess, "unit_price_at_sale"), sure_of(guess, "sale_amount"));
  if (!sales) {
    const double stock = sure_of(guess, "qty_on_hand");
    return 0.85 * std::pow(date * store * product * stock, 0.25) + 0.15 * file_score;
  }
  const double value = std::max(money, 0.7 * sure_of(guess, "qty"));
  const double needed = std::cbrt(date * store * value);
  return needed == 0 ? 0 : 0.75 * needed + 0.1 * product + 0.15 * file_score;
}

double list_sure(const TableGuess& guess, double file_score) {
  const double key = sure_of(guess, guess.table == "dim_product" ? "product_id" : "store_id");
  std::array<double, 2> others = {0, 0};
  for (const ColumnGuess& column : guess.columns) {
    if (column.column.ends_with("_id")) continue;
    if (column.sure > others[0]) {
      others = {column.sure, others[0]};
    } else if (column.sure > others[1]) {
      others[1] = column.sure;
    }
  }
  return key == 0 ? 0 : 0.5 * key + 0.15 * (others[0] + others[1]) + 0.2 * file_score;
}

TableGuess guess_table(const Evidence& evidence, const ContractTable& table, std::size_t file) {
  TableGuess guess;
  guess.table = table.name;
  guess.file = file;
  guess.columns = assign_columns(evidence, table, file);
  std::string label = evidence.sources[file].source.label;
  const std::size_t slash = label.find_last_of('/');
  double file_score = known_file_score(table.name, label.substr(0, label.find_first_of('.')));
  if (slash != std::string::npos) {
    const std::string name = label.substr(slash + 1);
    file_score = std::max(file_score, known_file_score(table.name, name.substr(0, name.find_first_of('.'))));
  }
  const bool fact = table.name.starts_with("fact_");
  guess.sure = std::min(0.99, fact ? facts_sure(guess, file_score) : list_sure(guess, file_score));
  return guess;
}

FileRole role_of(std::string_view table) {
  if (table == "fact_sales") return FileRole::kSales;
  if (table == "fact_inventory") return FileRole::kInventory;
  if (table == "dim_product") return FileRole::kProducts;
  return FileRole::kStores;
}

struct FileGuess {
  std::vector<TableGuess> tables;  // one a contract table, in its order
  FileRole role = FileRole::kUnknown;
  double sure = 0;
};

FileGuess guess_file(const Evidence& evidence, std::size_t file) {
  FileGuess guess;
  bool has_money = false;
  for (const ContractTable& table : contract_tables()) {
    guess.tables.push_back(guess_table(evidence, table, file));
    TableGuess& last = guess.tables.back();
    if (table.name == "fact_sales") {
      has_money = sure_of(last, "unit_price_at_sale") >= 0.6 || sure_of(last, "sale_amount") >= 0.6;
    }
    // Sales and counts of stock look alike but for the money.
    if (table.name == "fact_inventory" && has_money) last.sure *= 0.6;
    if (last.sure > guess.sure) {
      guess.sure = last.sure;
      guess.role = role_of(table.name);
    }
  }
  if (guess.sure < kLeastTable) guess.role = FileRole::kUnknown;
  return guess;
}

// Does a guess of a store table have anything but the key?
bool says_something(const TableGuess& guess) {
  return std::any_of(guess.columns.begin(), guess.columns.end(), [](const ColumnGuess& column) {
    return column.column != "store_id" && column.sure >= kSureEnough;
  });
}

void add_extras(const SourceProfile& source, TableGuess& guess) {
  for (const ExtraColumn& extra : extra_columns()) {
    if (extra.table != guess.table) continue;
    const ColumnProfile* best = nullptr;
    double best_score = 0.6;
    for (const ColumnProfile& column : source.columns) {
      const bool taken =
          std::any_of(guess.columns.begin(), guess.columns.end(),
                      [&](const ColumnGuess& other) { return other.source_column == column.name; });
      const bool fits = column.kind != ValueKind::kEmpty && (!extra.is_number || column.is_number());
      // Beside a vendor's name stands its number: the words are wanted.
      const double score = extra_name_score(extra, column.name) *
                           (extra.is_number || column.kind == ValueKind::kText ? 1 : 0.8);
      if (taken || !fits || score <= best_score) continue;
      best = &column;
      best_score = score;
    }
    if (best == nullptr) continue;
    const ContractColumn wanted = {extra.column, extra.is_number ? ColumnType::kDouble : ColumnType::kText,
                                   false, ""};
    guess.columns.push_back({.column = std::string(extra.column),
                             .mapping = mapping_of(source, *best, wanted),
                             .source_column = best->name,
                             .sure = 0.95 * best_score,
                             .reasons = {"the name says so; a column beyond the contract"},
                             .beyond_contract = true});
  }
}

}  // namespace

Matching match_tables(const std::vector<SourceProfile>& sources, const std::vector<Link>& links) {
  Evidence evidence = {sources, links, std::vector<FileRole>(sources.size(), FileRole::kUnknown)};
  std::vector<FileGuess> files;
  for (int look = 0; look < 2; ++look) {
    files.clear();
    for (std::size_t file = 0; file < sources.size(); ++file) files.push_back(guess_file(evidence, file));
    for (std::size_t file = 0; file < sources.size(); ++file) evidence.roles[file] = files[file].role;
  }
  Matching matching;
  for (const FileGuess& file : files) {
    matching.roles.push_back(file.role);
    matching.role_sure.push_back(file.sure);
  }
  const std::vector<ContractTable>& contract = contract_tables();
  for (std::size_t table = 0; table < contract.size(); ++table) {
    const TableGuess* best = nullptr;
    for (const FileGuess& file : files) {
      const TableGuess& guess = file.tables[table];
      if (file.role != role_of(contract[table].name) ||
          sure_of(guess, contract[table].name == "dim_product" ? "product_id" : "store_id") == 0)
        continue;
      if (contract[table].name == "dim_store_physical" && !says_something(guess)) continue;
      if (best == nullptr || guess.sure > best->sure) best = &guess;
    }
    if (best == nullptr) continue;
    matching.tables.push_back(*best);
    add_extras(sources[best->file], matching.tables.back());
  }
  return matching;
}

}  // namespace aisle
