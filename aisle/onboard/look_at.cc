// The look over a folder: find, profile, match, then settle what only the rows themselves can tell.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/onboard/match_tables.h"
#include "aisle/onboard/proposal.h"
#include "aisle/project/private_folder.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

std::string sample_name(std::size_t file) {
  return "onboard_sample_" + std::to_string(file);
}

const ColumnGuess* find_guess(const TableGuess& table, std::string_view column) {
  for (const ColumnGuess& guess : table.columns) {
    if (guess.column == column) return &guess;
  }
  return nullptr;
}

void drop_guess(TableGuess& table, std::string_view column) {
  std::erase_if(table.columns, [&](const ColumnGuess& guess) { return guess.column == column; });
}

void add_reason(TableGuess& table, std::string_view column, double sure, const std::string& reason) {
  for (ColumnGuess& guess : table.columns) {
    if (guess.column != column) continue;
    guess.sure = std::max(guess.sure, sure);
    guess.reasons.push_back(reason);
  }
}

// A sale has a price a unit, an amount, or both. Where the amount is the price times the quantity the price
// is enough; where it is not (a discount lies between), the amount is what was paid.
void settle_price_and_amount(EmbeddedEngine& engine, const std::vector<SourceProfile>& sources,
                             TableGuess& sales) {
  const ColumnGuess* price = find_guess(sales, "unit_price_at_sale");
  const ColumnGuess* amount = find_guess(sales, "sale_amount");
  const ColumnGuess* qty = find_guess(sales, "qty");
  if (price == nullptr || amount == nullptr) return;
  if (qty == nullptr) {
    drop_guess(sales, "unit_price_at_sale");
    return;
  }
  const SourceProfile& source = sources[sales.file];
  const std::string p = number_sql(*source.find(price->source_column));
  const std::string a = number_sql(*source.find(amount->source_column));
  const std::string q = number_sql(*source.find(qty->source_column));
  const Table counts =
      engine.query("SELECT count(*) AS n, count(*) FILTER (WHERE abs(" + q + " * " + p + " - " + a +
                   ") <= 0.011 + 0.001 * abs(" + a + ")) AS same FROM " + sample_name(sales.file) +
                   " WHERE " + q + " IS NOT NULL AND " + p + " IS NOT NULL AND " + a + " IS NOT NULL");
  const double n = static_cast<double>(std::max<std::int64_t>(1, counts.column("n").ints.at(0)));
  const double same = static_cast<double>(counts.column("same").ints.at(0)) / n;
  const std::string share = fmt::format("in {:.0f} % of the rows", 100 * same);
  if (same >= 0.95) {
    add_reason(sales, "unit_price_at_sale", 0.97,
               "times the quantity it gives " + amount->source_column + " " + share);
    drop_guess(sales, "sale_amount");
  } else {
    add_reason(sales, "sale_amount", 0,
               "taken rather than " + price->source_column + ", which gives it " + share + " only");
    drop_guess(sales, "unit_price_at_sale");
  }
}

void fill_rest(const std::vector<SourceProfile>& sources, Proposal& proposal) {
  for (TableGuess& table : proposal.tables) {
    const ContractTable& contract = *find_contract_table(table.table);
    const bool priced = find_guess(table, "unit_price_at_sale") || find_guess(table, "sale_amount");
    for (const ContractColumn& column : contract.columns) {
      if (find_guess(table, column.name) != nullptr) continue;
      const bool either = column.name == "unit_price_at_sale" || column.name == "sale_amount";
      if (either && priced) continue;
      table.not_found.emplace_back(column.name);
    }
    std::set<std::string> used;
    for (const TableGuess& other : proposal.tables) {
      if (other.file != table.file) continue;
      for (const ColumnGuess& guess : other.columns) used.insert(guess.source_column);
    }
    for (const ColumnProfile& column : sources[table.file].columns) {
      if (!used.contains(column.name) && !column.is_partition) table.not_placed.push_back(column.name);
    }
  }
}

std::string why_not_placed(const SourceProfile& source, FileRole role) {
  const auto twice = [&](const char* what) {
    return source.source.label + ": it looks like " + what +
           " too, but one path makes a table; put what belongs together into one folder and name that";
  };
  switch (role) {
    case FileRole::kSales:
      return twice("sales");
    case FileRole::kInventory:
      return twice("stock");
    case FileRole::kProducts:
      return twice("a list of products");
    case FileRole::kStores:
      return twice("a list of stores");
    case FileRole::kUnknown:
      break;
  }
  std::string names;
  for (std::size_t column = 0; column < std::min<std::size_t>(4, source.columns.size()); ++column) {
    names += (names.empty() ? "" : ", ") + source.columns[column].name;
  }
  return source.source.label + ": its columns (" + names + (source.columns.size() > 4 ? ", ..." : "") +
         ") are not those of any table";
}

void list_what_is_missing(const std::vector<SourceProfile>& sources, const Matching& matching,
                          Proposal& proposal) {
  std::set<std::size_t> used;
  std::set<std::string> found;
  for (const TableGuess& table : proposal.tables) {
    used.insert(table.file);
    found.insert(table.table);
  }
  for (std::size_t file = 0; file < sources.size(); ++file) {
    if (!used.contains(file)) {
      proposal.files_not_placed.push_back(why_not_placed(sources[file], matching.roles[file]));
    }
  }
  if (!found.contains("fact_sales")) {
    proposal.notes.emplace_back(
        "no sales were found: without them nothing can be done; map tables.fact_sales by hand");
  }
  if (!found.contains("dim_store_management")) {
    proposal.notes.emplace_back("no list of stores was found: map tables.dim_store_management by hand");
  }
  for (const ContractTable& table : contract_tables()) {
    if (!table.required && !found.contains(std::string(table.name))) {
      proposal.notes.push_back("no " + std::string(table.name) +
                               " was found: the features that need it are left out");
    }
  }
}

// What is not a file that aisle reads, but may well be one that the user meant.
void note_other_formats(const fs::path& dir, Proposal& proposal) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(dir, fs::directory_options::skip_permission_denied, error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string extension = entry->path().extension().string();
    if (extension == ".xlsx" || extension == ".xls" || extension == ".ods") {
      proposal.notes.push_back(entry->path().lexically_relative(dir).generic_string() +
                               " is a spreadsheet: save it as CSV first");
    }
  }
  std::sort(proposal.notes.begin(), proposal.notes.end());
}

SeenFile seen_file(const SourceProfile& profile) {
  return {.path = profile.source.path,
          .label = profile.source.label,
          .form = form_for_people(profile),
          .csv = profile.source.format == FileFormat::kCsv ? profile.csv : CsvDialect(),
          .n_files = profile.source.files.size(),
          .n_rows = profile.n_rows,
          .notes = profile.notes};
}

}  // namespace

Proposal look_at(EmbeddedEngine& engine, const fs::path& dir, const EventSink& sink) {
  std::error_code error;
  if (!fs::is_directory(dir, error)) {
    throw InvalidInput({dir.string(), "this is no folder", "a folder with CSV or Parquet files", ""});
  }
  Proposal proposal;
  proposal.dir = fs::absolute(dir).lexically_normal();
  if (!proposal.dir.has_filename()) proposal.dir = proposal.dir.parent_path();
  const auto start = std::chrono::steady_clock::now();
  sink(StageStarted{.asset = "onboard", .title = "Looking at " + proposal.dir.string(), .why = ""});
  const std::vector<Source> found = find_sources(proposal.dir);
  note_other_formats(proposal.dir, proposal);
  if (found.empty()) {
    const std::string remedy = proposal.notes.empty() ? "" : proposal.notes.front();
    throw InvalidInput({proposal.dir.string(), "there is no CSV or Parquet file in it", "", remedy});
  }
  const PrivateFolder copies;
  std::vector<SourceProfile> profiles;
  double done = 0;
  for (const Source& source : found) {
    sink(Progress{
        .asset = "onboard", .done = done++, .total = static_cast<double>(found.size()), .unit = "files"});
    try {
      profiles.push_back(profile_source(engine, source, sample_name(profiles.size()), copies.path()));
    } catch (const DataError& fault) {
      const std::string what = fault.what();
      const std::string message = what.starts_with(source.label) ? what : source.label + ": " + what;
      proposal.files_not_placed.push_back(message);
      sink(WarningRaised{.asset = "onboard", .message = message});
    }
  }
  const Matching matching = match_tables(profiles, find_links(profiles));
  proposal.tables = matching.tables;
  for (const SourceProfile& profile : profiles) proposal.files.push_back(seen_file(profile));
  for (TableGuess& table : proposal.tables) {
    if (table.table == "fact_sales") settle_price_and_amount(engine, profiles, table);
  }
  fill_rest(profiles, proposal);
  list_what_is_missing(profiles, matching, proposal);
  for (std::size_t file = 0; file < profiles.size(); ++file) {
    engine.execute("DROP TABLE IF EXISTS " + sample_name(file));
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  sink(StageFinished{.asset = "onboard", .seconds = seconds.count(), .peak_bytes = 0});
  return proposal;
}

}  // namespace aisle
