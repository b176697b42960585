// Which cluster of a new clustering is which of the old one, and what became of each.
//
// Two answers that fit together: ids pass along a maximum-weight matching on the rows that both clusterings
// share, and each cluster's fate is told in the terms of MONIC (Spiliopoulou, Ntoutsi, Theodoridis and Schult
// 2006, "MONIC: modeling and monitoring cluster transitions", section 3).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/matrix.h"

namespace aisle {

// For each row of `weights` its column, or -1: the one-to-one assignment of greatest total weight (Kuhn 1955,
// Munkres 1957; shortest augmenting paths as in Jonker and Volgenant 1987). Pairs of weight 0 are never
// matched. Of equal totals the one wins whose first row has a partner with the smallest number, then whose
// second row has, and so on.
// Weights (finite, >= 0) are compared exactly: as they are when they are whole numbers that sum to less than
// 2^50, else rounded to a 2^50th of their sum. O(n^3) time, O(n^2) memory for n = the longer side. Throws
// InvalidInput.
std::vector<std::int32_t> maximum_weight_matching(MatrixView weights);

// When a cluster counts as another's match or part.
struct MatchOptions {
  // tau of MONIC: an old cluster's match is the new cluster that holds the most of it, and at least this
  // share.
  double survival_share = 0.5;
  // tau_split: the least share of an old cluster that makes a new cluster one of its parts; and the least
  // share that a new cluster must hold of an old one to take its id. At most survival_share.
  double split_share = 0.25;
};

// Shares are of the weight of the cluster's shared rows: rows whose key is in both clusterings, noise counted
// in the share's base (an old row that is noise now left its cluster).
enum class TransitionKind {
  kSurvived,  // old and new: the old cluster's match, of no other old cluster, carries its id
  kSplit,     // old: several new clusters hold parts of it, or one that is no match carries its id;
              // new: such a part of one old cluster
  kMerged,    // old: other old clusters have the same match, or another's id is carried there;
              // new: several old clusters lead to it and none survives in it
  kVanished,  // old only: no match and no parts that together reach survival_share, or no shared rows
  kNew,       // new only: no old cluster leads to it
};

// "survived", "split", "merged", "vanished" or "new".
const char* transition_name(TransitionKind kind);

// What became of a cluster of the old clustering.
struct OldClusterFate {
  TransitionKind kind = TransitionKind::kVanished;  // survived, split, merged or vanished
  std::int32_t carried_by = -1;                     // the new cluster that takes its id
  std::vector<std::int32_t> led_to;                 // match or parts, and carried_by; ascending
};

// Where a cluster of the new clustering came from.
struct NewClusterOrigin {
  TransitionKind kind = TransitionKind::kNew;  // survived, split, merged or new
  std::int32_t matched_old = -1;               // the old cluster whose id it takes
  std::vector<std::int32_t> came_from;         // old clusters that led to it; ascending
};

// What match_clusters finds.
struct ClusterMatching {
  std::int64_t n_shared = 0;                   // rows in both
  std::vector<OldClusterFate> old_clusters;    // by old label
  std::vector<NewClusterOrigin> new_clusters;  // by new label
  Matrix overlaps;                             // old x new: weight of the shared rows in both
  std::vector<double> old_weights;  // weight of the shared rows of each, in whatever cluster of the other
  std::vector<double> new_weights;  // likewise
  double total_matched = 0;         // sum of overlaps over the matched pairs
};

// One clustering: labels 0.. with -1 for noise, and a distinct key for each row (the store).
struct KeyedLabels {
  std::span<const std::int32_t> labels;     // by row
  std::span<const std::uint64_t> row_keys;  // by row
};

// Matches the clusters of `renewed` to those of `old`. `weights` (one a row of `renewed`, finite, >= 0;
// empty: every row counts 1) says how much a shared row counts. A cluster that no label names (a gap below
// the largest label) has no rows and vanished or is new. The result does not depend on the order of the rows.
// Throws InvalidInput for shares out of 0 < split_share <= survival_share <= 1, lengths that differ, a key
// twice, a label below -1 or a weight out of range.
ClusterMatching match_clusters(const KeyedLabels& old, const KeyedLabels& renewed,
                               const MatchOptions& options = {}, std::span<const double> weights = {});

// Ids for the new clusters that continue those of the old: a matched one takes old_ids[matched_old], every
// other the next id after the largest of old_ids and `last_id` (so an id is never used again), in the order
// of the new labels. old_ids has one id an old cluster.
std::vector<std::int64_t> carry_ids(const ClusterMatching& matching, std::span<const std::int64_t> old_ids,
                                    std::int64_t last_id = -1);

}  // namespace aisle
