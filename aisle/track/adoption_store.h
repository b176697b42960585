// Which trials became the project's options, and what aisle.toml was before, so that it can be undone. Kept
// in the run store's file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace aisle {

struct Adoption {
  std::int64_t number = 0;  // given by the store, ascending
  std::string adopted_at;   // likewise
  std::string tuning;
  std::int64_t trial = 0;
  std::string before;  // aisle.toml, whole
  std::string after;
};

// For use by one thread at a time, by who holds the project's lock. Calls throw EnvironmentError as
// RunStore's do.
class AdoptionStore {
 public:
  explicit AdoptionStore(std::filesystem::path file) : file_(std::move(file)) {}

  // Returns its number.
  std::int64_t add(const Adoption& adoption) const;
  // The newest that was not undone. One that says the options which it found (`before` is `options` and
  // `after` is not) has nothing to undo and is passed over: its process was killed before it wrote them.
  std::optional<Adoption> last(const std::string& options) const;
  void mark_undone(std::int64_t number) const;

 private:
  std::filesystem::path file_;
};

}  // namespace aisle
