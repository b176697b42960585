// What a tracking server is owed: a table of the run store. A run is put here when it starts, so that even
// one whose process is killed reaches the server; each step of sending it is recorded as it is done, so that
// a delivery that is cut goes on where it was.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aisle {

class Sqlite;

struct OutboxEntry {
  std::string run;
  std::string experiment;
  std::string registered_model;  // "": its model is not registered
  std::string server;            // the one that has some of it or all; "" before the first step
  std::string url;               // where that server shows it
  bool is_sent = false;
  std::string failure;  // why the last try did not end; "" else
};

// For use by one thread at a time. Every call throws EnvironmentError as RunStore does.
class Outbox {
 public:
  enum class Access { kWrite, kRead };
  // kRead of an absent file, or of an older aisle's, is an empty outbox.
  explicit Outbox(const std::filesystem::path& run_store, Access access = Access::kWrite);
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  void owe(const std::string& run, const std::string& experiment, const std::string& registered_model);
  // What is owed of runs that are over, oldest first.
  std::vector<OutboxEntry> owed() const;
  std::optional<OutboxEntry> find(const std::string& run) const;

  // Sends go to `server` from now on: steps that were done on another are forgotten.
  void address(const std::string& run, const std::string& server);
  void set_url(const std::string& run, const std::string& url);
  // Steps, each with what it gave (an id, or "").
  std::optional<std::string> result_of(const std::string& run, const std::string& step) const;
  void record_step(const std::string& run, const std::string& step, const std::string& result = "");
  void forget_steps(const std::string& run);
  // Whether a newer run has done `step` for the same registered model.
  bool is_overtaken(const OutboxEntry& entry, const std::string& step) const;

  void mark_sent(const std::string& run);
  void mark_failed(const std::string& run, const std::string& failure);

 private:
  std::vector<OutboxEntry> entries(const char* which, const std::string& value) const;

  std::unique_ptr<Sqlite> database_;  // null: empty
};

}  // namespace aisle
