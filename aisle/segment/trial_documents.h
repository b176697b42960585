// A tuning with its trials as JSON (for --json, the page and Python) and as CSV.
#pragma once

#include <string>
#include <vector>

#include "aisle/track/trial_store.h"

namespace aisle {

inline constexpr int kTuningFormat = 1;

// {"kind": "aisle-tuning", "format": 1, "tuning": id, "started_at", "finished_at", "n_stores", "recommended":
// number or null, "reason", "searched": [name], "trials": [{"trial", "values": {name: text}, "settings":
// [..], "problem": text or null, "n_clusters", "n_noise", "noise_share", "smallest", "dbcv", "silhouette",
// "stability", "on_front"}]}, one line. Figures that do not exist are null: of a trial with a problem all
// are.
std::string tuning_json(const Tuning& tuning, const std::vector<Trial>& trials);

// A header, then a row a trial: trial, what was searched, the figures (shortest form that reads back the
// same), on_front, recommended, problem.
std::string trials_csv(const Tuning& tuning, const std::vector<Trial>& trials);

}  // namespace aisle
