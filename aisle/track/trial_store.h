// The trials of `aisle tune`, kept in the run store's file so that they can be looked at, compared and
// adopted afterwards. A tuning takes no lock: it adds its own rows in one write and touches no run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace aisle {

// Tunings that are kept; the oldest go first.
inline constexpr int kKeptTunings = 50;

// One point that was tried. Its options are those of its tuning with `settings` applied.
struct Trial {
  std::int64_t number = 0;                                  // from 1, in the order of the search
  std::vector<std::pair<std::string, std::string>> values;  // what was searched, and this point's choice
  std::vector<std::string> settings;                        // "section.key=value", as --set takes them
  std::string problem;  // why it has no clusters, and so no figures; "" when it has
  std::int64_t n_clusters = 0;
  std::int64_t n_noise = 0;
  std::int64_t smallest = 0;  // stores of the smallest cluster; 0 without one
  double noise_share = 0;     // of the stores of the fit
  double dbcv = 0;            // in the trial's metric; NaN with fewer than two clusters, as the next
  double silhouette = 0;      // euclidean, of the clusters as found
  double stability = 0;       // mean Jaccard of its clusters over resamples, weighted by stores; NaN likewise
  bool on_front = false;      // no other trial is as good in DBCV, silhouette and noise, and better in one
};

struct Tuning {
  std::string id;  // given by the store
  std::string started_at;
  std::string finished_at;
  std::string options;  // canonical "key = value" lines of the options that a trial's settings are applied to
  std::string features;       // digest of the store features that were clustered
  std::int64_t n_stores = 0;  // in the fit
  std::int64_t n_trials = 0;
  std::int64_t recommended = 0;  // the number of the recommended trial; 0: none
  std::string reason;            // why that one, or why none
};

// For use by one thread at a time. Calls throw EnvironmentError as RunStore's do.
class TrialStore {
 public:
  // `file` is the run store's, which need not be there.
  explicit TrialStore(std::filesystem::path file) : file_(std::move(file)) {}

  // Adds a tuning that took `seconds` with its trials, all or nothing. Returns it with its id and times.
  Tuning add(Tuning tuning, const std::vector<Trial>& trials, double seconds) const;
  // Newest first.
  std::vector<Tuning> tunings() const;
  // By number; empty for a tuning that is not kept.
  std::vector<Trial> trials(const std::string& tuning) const;

 private:
  std::filesystem::path file_;
};

// A kept trial with the tuning that it is of.
struct NamedTrial {
  Tuning tuning;
  Trial trial;
};
// `name` is a number (of the newest tuning), "TUNING/NUMBER", or "recommended" (of the newest). Throws
// InvalidInput naming `where` for one that is not there, saying what is.
NamedTrial named_trial(const TrialStore& store, const std::string& name, const std::string& where);

}  // namespace aisle
