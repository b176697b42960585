#include "aisle/track/trial_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>

#include "aisle/base/errors.h"
#include "aisle/track/run_store.h"
#include "aisle/track/sqlite_database.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS tunings (
  id TEXT PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT NOT NULL, options TEXT NOT NULL,
  features TEXT NOT NULL, n_stores INTEGER NOT NULL, recommended INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS trials (
  tuning TEXT NOT NULL REFERENCES tunings(id) ON DELETE CASCADE, number INTEGER NOT NULL,
  searched TEXT NOT NULL, settings TEXT NOT NULL, problem TEXT NOT NULL, n_clusters INTEGER NOT NULL,
  n_noise INTEGER NOT NULL, smallest INTEGER NOT NULL, noise_share REAL NOT NULL, dbcv REAL, silhouette REAL,
  stability REAL, on_front INTEGER NOT NULL, PRIMARY KEY (tuning, number)) WITHOUT ROWID;
)sql";

// Lines "name<tab>text": neither holds a tab or a line break.
std::string joined(const std::vector<std::pair<std::string, std::string>>& values) {
  std::string lines;
  for (const auto& [name, text] : values) lines += name + "\t" + text + "\n";
  return lines;
}

std::string joined(const std::vector<std::string>& settings) {
  std::string lines;
  for (const std::string& setting : settings) lines += setting + "\n";
  return lines;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

std::vector<std::pair<std::string, std::string>> values_of(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const std::string& line : lines_of(text)) {
    const std::size_t tab = std::min(line.find('\t'), line.size());
    values.emplace_back(line.substr(0, tab), tab < line.size() ? line.substr(tab + 1) : "");
  }
  return values;
}

void insert_tuning(Sqlite& database, Tuning& tuning, double seconds) {
  Statement name(database,
                 "SELECT strftime('%Y%m%d-%H%M%S-', 'now') || substr(strftime('%f', 'now'), 4) || "
                 "lower(hex(randomblob(2))), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), "
                 "strftime('%Y-%m-%dT%H:%M:%fZ', julianday('now') - ? / 86400.0)");
  name.bind(seconds);
  name.step();
  tuning.id = name.text(0);
  tuning.started_at = name.text(2);
  tuning.finished_at = name.text(1);
  Statement insert(database, "INSERT INTO tunings VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(tuning.id).bind(tuning.started_at).bind(tuning.finished_at);
  insert.bind(tuning.options).bind(tuning.features);
  insert.bind(tuning.n_stores).bind(tuning.recommended).bind(tuning.reason).run();
}

void insert_trials(Sqlite& database, const std::string& id, const std::vector<Trial>& trials) {
  // SQLite keeps a NaN as NULL.
  Statement insert(database, "INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const Trial& trial : trials) {
    insert.reset();
    insert.bind(id).bind(trial.number).bind(joined(trial.values)).bind(joined(trial.settings));
    insert.bind(trial.problem).bind(trial.n_clusters).bind(trial.n_noise).bind(trial.smallest);
    insert.bind(trial.noise_share).bind(trial.dbcv).bind(trial.silhouette).bind(trial.stability);
    insert.bind(std::int64_t{trial.on_front ? 1 : 0}).run();
  }
}

double real_or_nan(const Statement& row, int column) {
  return row.is_null(column) ? std::numeric_limits<double>::quiet_NaN() : row.real(column);
}

// Null where there are no trials: no file yet, or one of before there were any.
std::unique_ptr<Sqlite> open_to_read(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return nullptr;
  auto database = std::make_unique<Sqlite>(file, Sqlite::Access::kRead);
  if (database->whole_number("SELECT count(*) FROM sqlite_master WHERE name = 'trials'") == 0) return nullptr;
  return database;
}

}  // namespace

Tuning TrialStore::add(Tuning tuning, const std::vector<Trial>& trials, double seconds) const {
  // Makes the file where there is none, and refuses one that is no run store.
  const RunStore run_store(file_);
  Sqlite database(file_, Sqlite::Access::kWrite);
  database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
  Transaction transaction(database);
  database.execute(kTables);
  insert_tuning(database, tuning, seconds);
  insert_trials(database, tuning.id, trials);
  Statement drop(database,
                 "DELETE FROM tunings WHERE id NOT IN "
                 "(SELECT id FROM tunings ORDER BY finished_at DESC, rowid DESC LIMIT ?)");
  drop.bind(std::int64_t{kKeptTunings}).run();
  transaction.commit();
  return tuning;
}

std::vector<Tuning> TrialStore::tunings() const {
  std::vector<Tuning> tunings;
  const auto database = open_to_read(file_);
  if (!database) return tunings;
  Statement query(*database,
                  "SELECT id, started_at, finished_at, options, features, n_stores, recommended, reason, "
                  "(SELECT count(*) FROM trials WHERE tuning = id) FROM tunings "
                  "ORDER BY finished_at DESC, rowid DESC");
  while (query.step()) {
    tunings.push_back({.id = query.text(0),
                       .started_at = query.text(1),
                       .finished_at = query.text(2),
                       .options = query.text(3),
                       .features = query.text(4),
                       .n_stores = query.integer(5),
                       .n_trials = query.integer(8),
                       .recommended = query.integer(6),
                       .reason = query.text(7)});
  }
  return tunings;
}

std::vector<Trial> TrialStore::trials(const std::string& tuning) const {
  std::vector<Trial> trials;
  const auto database = open_to_read(file_);
  if (!database) return trials;
  Statement query(*database,
                  "SELECT number, searched, settings, problem, n_clusters, n_noise, smallest, noise_share, "
                  "dbcv, silhouette, stability, on_front FROM trials WHERE tuning = ? ORDER BY number");
  query.bind(tuning);
  while (query.step()) {
    trials.push_back({.number = query.integer(0),
                      .values = values_of(query.text(1)),
                      .settings = lines_of(query.text(2)),
                      .problem = query.text(3),
                      .n_clusters = query.integer(4),
                      .n_noise = query.integer(5),
                      .smallest = query.integer(6),
                      .noise_share = query.real(7),
                      .dbcv = real_or_nan(query, 8),
                      .silhouette = real_or_nan(query, 9),
                      .stability = real_or_nan(query, 10),
                      .on_front = query.integer(11) != 0});
  }
  return trials;
}

NamedTrial named_trial(const TrialStore& store, const std::string& name, const std::string& where) {
  const std::vector<Tuning> tunings = store.tunings();
  if (tunings.empty()) {
    throw InvalidInput(
        {where, fmt::format("there is no trial '{}': nothing was tuned yet", name), "", "run `aisle tune`"});
  }
  const std::size_t slash = name.rfind('/');
  const std::string id = slash == std::string::npos ? tunings.front().id : name.substr(0, slash);
  const auto tuning =
      std::find_if(tunings.begin(), tunings.end(), [&](const Tuning& known) { return known.id == id; });
  if (tuning == tunings.end()) {
    throw InvalidInput({where, fmt::format("there is no tuning '{}'", id), "one that is kept",
                        fmt::format("the newest is {}", tunings.front().id)});
  }
  const std::string number_text = slash == std::string::npos ? name : name.substr(slash + 1);
  std::int64_t number = 0;
  if (number_text == "recommended") {
    number = tuning->recommended;
    if (number == 0) {
      throw InvalidInput({where, fmt::format("tuning {} recommends no trial", id), "", tuning->reason});
    }
  } else {
    const char* end = number_text.data() + number_text.size();
    const auto read = std::from_chars(number_text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || number < 1 || number > tuning->n_trials) {
      throw InvalidInput({where, fmt::format("there is no trial '{}' in tuning {}", number_text, id),
                          fmt::format("a number from 1 to {}, or recommended", tuning->n_trials), ""});
    }
  }
  const std::vector<Trial> trials = store.trials(id);
  return {*tuning, trials.at(static_cast<std::size_t>(number - 1))};
}

}  // namespace aisle
