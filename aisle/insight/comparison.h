// Two runs side by side: who moved, from where to where, what it is worth, what became of each cluster, which
// figures and options differ (shape: docs/insight.md). `aisle compare` prints it.
//
// Clusters are matched by their final stores, on the stores that both runs have, with the matching that
// carries cluster ids over (aisle/segment/identity.h). A store stays when its cluster of B is the one that
// continues its cluster of A; so two runs without a common baseline compare as well as two with one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/cluster/matching.h"
#include "aisle/engine/engine.h"
#include "aisle/segment/metrics.h"

namespace aisle {

inline constexpr int kComparisonFormat = 1;

// What a run kept: the folder .aisle/runs/RUN (aisle/track/kept_runs.h).
struct KeptResult {
  std::string run;                             // the folder's name
  Table stores;                                // final_clustered_stores.parquet
  Metrics metrics;                             // its verdict is the whole one, stability and chance included
  double mean_jaccard = 0;                     // weighted by stores; NaN where it was not measured
  std::map<std::string, std::string> options;  // as options.txt says them
};

// Throws DataError naming the folder or file for one that is missing or damaged.
KeptResult read_kept_result(Engine& engine, const std::filesystem::path& folder);

// A cluster of one run and what became of it in the other, or where it came from. Clusters of the other run
// are named by their ids there, ascending.
struct ComparedCluster {
  std::int64_t id = 0;
  std::int64_t n_stores = 0;  // of its run, final
  double revenue = 0;         // of its run; NaN without total_revenue
  TransitionKind kind = TransitionKind::kNew;
  std::int64_t same = -1;             // the cluster that continues it, or that it continues; -1: none
  std::vector<std::int64_t> related;  // those it led to, or came from
};

struct ComparedRun {
  std::string run;
  std::string fit;
  std::string preset;
  std::string verdict;  // the grade
  std::int64_t n_stores = 0;
  double revenue = 0;                     // NaN without total_revenue
  std::vector<ComparedCluster> clusters;  // by id
};

enum class FigureKind { kCount, kShare, kScore, kMoney };

struct ComparedFigure {
  std::string name;  // as in metrics.json
  std::string label;
  FigureKind kind = FigureKind::kCount;
  double a = 0;  // NaN where it does not exist
  double b = 0;
};

struct ComparedOption {
  std::string key;
  std::string a;  // "" where the run does not know the option
  std::string b;
};

// A store and its clusters by id, -1: in none.
struct MovedStore {
  std::string store_id;
  std::int64_t from = -1;
  std::int64_t to = -1;
  double revenue = 0;  // of B
};

struct LoneStore {
  std::string store_id;
  std::int64_t cluster = -1;
  double revenue = 0;  // of the run that has it
};

struct Comparison {
  ComparedRun a;
  ComparedRun b;
  std::string currency;  // of B
  // Stores of both runs, and B's revenue of them (0 where it is unknown), by cluster of A, then of B, in the
  // order of a.clusters and b.clusters; the last row and the last column: in no cluster.
  std::vector<std::vector<std::int64_t>> stores;
  std::vector<std::vector<double>> revenue;
  // Stores of both: they stay, move (into and out of no cluster too), or are in no cluster of either.
  std::int64_t n_stay = 0;
  std::int64_t n_move = 0;
  std::int64_t n_unplaced = 0;
  double revenue_stay = 0;  // B's; NaN without total_revenue
  double revenue_move = 0;
  std::vector<MovedStore> moved;  // by store id
  std::vector<LoneStore> only_a;  // likewise
  std::vector<LoneStore> only_b;
  double adjusted_rand_index = 0;  // over the stores in a cluster of both; NaN without one
  std::vector<ComparedFigure> figures;
  std::vector<ComparedOption> options;  // those that differ, by key

  std::int64_t n_shared() const { return n_stay + n_move + n_unplaced; }
};

// The same for any order of rows. Throws DataError for a result whose stores and metrics contradict each
// other.
Comparison compare_results(const KeptResult& a, const KeptResult& b);

// {"kind": "aisle-comparison", ...}, one line.
std::string comparison_json(const Comparison& comparison);

}  // namespace aisle
