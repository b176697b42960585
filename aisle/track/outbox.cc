#include "aisle/track/outbox.h"

#include <cstdint>
#include <utility>

#include "aisle/track/run_store_schema.h"
#include "aisle/track/sqlite_database.h"

namespace aisle {

Outbox::Outbox(const std::filesystem::path& run_store, Access access) {
  auto opened =
      open_run_store(run_store, access == Access::kWrite ? StoreAccess::kWrite : StoreAccess::kRead);
  if (opened.has_outbox()) database_ = std::move(opened.database);
}

Outbox::~Outbox() = default;

void Outbox::owe(const std::string& run, const std::string& experiment, const std::string& registered_model) {
  Statement insert(*database_,
                   "INSERT OR IGNORE INTO outbox (run, experiment, registered_model) VALUES (?, ?, ?)");
  insert.bind(run).bind(experiment).bind(registered_model).run();
}

std::vector<OutboxEntry> Outbox::entries(const char* which, const std::string& value) const {
  std::vector<OutboxEntry> found;
  if (!database_) return found;
  const std::string sql =
      std::string(
          "SELECT outbox.run, experiment, registered_model, server, url, is_sent, failure FROM outbox "
          "JOIN runs ON runs.id = outbox.run WHERE ") +
      which + " ORDER BY runs.started_at, runs.rowid";
  Statement query(*database_, sql.c_str());
  query.bind(value);
  while (query.step()) {
    found.push_back({.run = query.text(0),
                     .experiment = query.text(1),
                     .registered_model = query.text(2),
                     .server = query.text(3),
                     .url = query.text(4),
                     .is_sent = query.integer(5) != 0,
                     .failure = query.text(6)});
  }
  return found;
}

std::vector<OutboxEntry> Outbox::owed() const {
  return entries("is_sent = 0 AND runs.status <> ?", "running");
}

std::optional<OutboxEntry> Outbox::find(const std::string& run) const {
  const auto found = entries("outbox.run = ?", run);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

void Outbox::address(const std::string& run, const std::string& server) {
  Transaction transaction(*database_);
  Statement(*database_,
            "DELETE FROM outbox_steps WHERE run = ? AND run IN (SELECT run FROM outbox WHERE server <> ?)")
      .bind(run)
      .bind(server)
      .run();
  Statement(*database_, "UPDATE outbox SET server = ? WHERE run = ?").bind(server).bind(run).run();
  transaction.commit();
}

void Outbox::set_url(const std::string& run, const std::string& url) {
  Statement(*database_, "UPDATE outbox SET url = ? WHERE run = ?").bind(url).bind(run).run();
}

std::optional<std::string> Outbox::result_of(const std::string& run, const std::string& step) const {
  if (!database_) return std::nullopt;
  Statement query(*database_, "SELECT result FROM outbox_steps WHERE run = ? AND step = ?");
  query.bind(run).bind(step);
  return query.step() ? std::optional(query.text(0)) : std::nullopt;
}

void Outbox::record_step(const std::string& run, const std::string& step, const std::string& result) {
  Statement(*database_, "INSERT OR REPLACE INTO outbox_steps VALUES (?, ?, ?)")
      .bind(run)
      .bind(step)
      .bind(result)
      .run();
}

void Outbox::forget_steps(const std::string& run) {
  Statement(*database_, "DELETE FROM outbox_steps WHERE run = ?").bind(run).run();
}

bool Outbox::is_overtaken(const OutboxEntry& entry, const std::string& step) const {
  // Rows of runs are in the order of their starts.
  Statement query(*database_,
                  "SELECT 1 FROM outbox_steps JOIN outbox ON outbox.run = outbox_steps.run "
                  "JOIN runs ON runs.id = outbox.run WHERE step = ? "
                  "AND runs.rowid > (SELECT rowid FROM runs WHERE id = ?) "
                  "AND registered_model = ? AND server = ?");
  query.bind(step).bind(entry.run).bind(entry.registered_model).bind(entry.server);
  return query.step();
}

void Outbox::mark_sent(const std::string& run) {
  Statement(*database_, "UPDATE outbox SET is_sent = 1, failure = '' WHERE run = ?").bind(run).run();
}

void Outbox::mark_failed(const std::string& run, const std::string& failure) {
  Statement(*database_, "UPDATE outbox SET failure = ? WHERE run = ?").bind(failure).bind(run).run();
}

}  // namespace aisle
