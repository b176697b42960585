// Evaluates points of a search: what each would give, without a forest and without a file.
//
// The work is shared as far as the points allow. Points with the same columns and components share one FAMD
// and matrix; of these, those with the same metric share one search of neighbours, and those with the same
// min_samples one spanning tree, from which every size, epsilon, method and limit is selected. Points that
// come to the same clusters share DBCV and silhouette. Bootstrap stability (aisle/cluster/stability.h) shares
// its resamples and their trees in the same way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/table.h"
#include "aisle/cluster/progress.h"
#include "aisle/segment/search_space.h"
#include "aisle/track/trial_store.h"

namespace aisle {

struct TuneSettings {
  int resamples = 10;     // of the stability; 0: none is measured
  int max_stores = 1000;  // of more, this many are looked at for the stability, as by `aisle run`
  std::uint64_t seed = 42;
};

struct TuneResult {
  std::vector<Trial> trials;
  std::vector<std::string> notes;  // what the reader should know of the columns, each once
};

// A trial for each point, in their order, numbered from 1; neither front nor recommendation yet. `stores` are
// canonical (aisle/segment/store_table.h); those that are eligible are clustered. DBCV is that of
// metrics.json and stability that of stability.json with as many resamples and stores; the silhouette is that
// of the clusters as found, as the null line has it. The same bits for any number of threads and order of
// rows. `progress` is called by points. Throws DataError for columns that cannot be used, Cancelled.
TuneResult evaluate_points(const Table& stores, const std::vector<TunePoint>& points,
                           const TuneSettings& settings, const ProgressFunction& progress = {},
                           const CancelFlag* cancel = nullptr);

}  // namespace aisle
