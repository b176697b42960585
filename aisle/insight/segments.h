// The segments for people: each cluster's size, share of revenue and what sets it apart from the chain, with
// the verdict. data/artifacts/insight/segments.json (shape: docs/documents.md); every front end shows it.
//
// Differences are measured over the stores that took part in the fit (a store that opened last month has
// little revenue for another reason), counts and revenue over all stores. What sets a cluster apart is ranked
// by effect size: difference of means over the chain's standard deviation for numbers, Cohen's h for a
// level's share; the v-test stands beside it. Among numbers that say the same (correlation above 0.8) one is
// named.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/engine/engine.h"
#include "aisle/insight/labels.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/segment/metrics.h"

namespace aisle {

inline constexpr int kSegmentsFormat = 2;

// One difference between a cluster and the chain. For a number `value` and `chain` are means; for a level of
// a category they are shares of stores.
struct Trait {
  std::string column;
  std::string level;  // "" for a number
  std::string label;  // plain words
  UnitKind unit = UnitKind::kAmount;
  double value = 0;
  double chain = 0;
  double effect = 0;
  double v_test = 0;
  bool active = false;  // the model saw this column
  // What a cluster with more, or with less, of it is called. Not in the document.
  std::string high = {};
  std::string low = {};
};

struct Segment {
  std::int64_t cluster = 0;
  std::int64_t n_stores = 0;
  std::int64_t n_inferred = 0;  // assigned by the forest, not found
  double share_of_stores = 0;
  double revenue = 0;           // NaN when there is no total_revenue
  double share_of_revenue = 0;  // NaN likewise
  // Mean Jaccard of the bootstrap (aisle/segment/cluster_stability.h); NaN where it was not measured.
  double stability = std::numeric_limits<double>::quiet_NaN();
  std::vector<Trait> sets_apart;  // the few that matter, largest effect first
  std::vector<Trait> traits;      // every one, largest effect first; not in the document
};

// How stable clusters of shuffled columns are: the null runs' mean Jaccard, weighted by stores.
struct NullLine {
  std::int64_t n_runs = 0;
  std::int64_t n_found = 0;                                 // runs that found a cluster
  double least = std::numeric_limits<double>::quiet_NaN();  // over those; NaN without one
  double most = std::numeric_limits<double>::quiet_NaN();
};

struct SegmentsSummary {
  std::string project;
  std::string currency;
  std::int64_t n_stores = 0;
  std::int64_t n_fitted = 0;
  std::int64_t n_noise = 0;
  std::int64_t n_inferred = 0;
  std::int64_t n_assigned = 0;    // outside the fit, assigned afterwards
  std::int64_t n_left_out = 0;    // outside the fit, in no cluster
  std::int64_t n_unassigned = 0;  // in no cluster: left out, or none was found
  double revenue = 0;             // NaN when there is no total_revenue
  std::vector<Segment> segments;  // by cluster id
  NullLine null_line;             // n_runs 0 where there was none
  std::vector<std::string> notes;
  Verdict verdict;
};

// From the clustered stores (final_clustered_stores.parquet) and the metrics of the same fit.
SegmentsSummary summarise_segments(const Table& clustered, const Metrics& metrics,
                                   const ProjectOptions& project,
                                   const FeatureLabels& labels = feature_labels());

std::string segments_json(const SegmentsSummary& summary);
// Throws DataError naming `where` for text that is no such document, or one of a newer aisle.
SegmentsSummary parse_segments(const std::string& text, const std::string& where);

// The asset `segments`: reads what `train` wrote, writes the document (staged), returns the number of
// segments. Throws DataError when there is no clustered file or no metrics, or they are not of one fit.
std::int64_t write_segments(Engine& engine, const Options& options, const ProjectPaths& paths,
                            const FeatureLabels& labels = feature_labels());

}  // namespace aisle
