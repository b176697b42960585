// The verdict in numbers: how far the clusters can be trusted, from figures that the fit has.
//
// Each aspect is graded by the thresholds below; the verdict is weak when any aspect is weak, strong when
// every one is strong, else fair.
//   clusters     weak: fewer than two
//   separation   DBCV, -1..1:          strong from 0.30, fair from 0.00
//   cohesion     silhouette, -1..1:    strong from 0.40, fair from 0.15
//   noise        share of the fitted stores in no cluster: strong to 10 %, fair to 30 %
//   smallest     stores of the smallest cluster, noise assigned: strong from 5 stores and 5 % of the chain,
//                fair from 3 stores and 0.5 %
//   repetition   largest adjusted Rand index of the clusters with one category column or a pair of them:
//                strong below 0.50, fair below 0.80; from 0.80 they merely repeat it
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aisle/base/table.h"

namespace aisle {

enum class Grade { kWeak, kFair, kStrong };
const char* grade_name(Grade grade);  // "weak", "fair", "strong"

inline constexpr double kMerelyRepeats = 0.80;

// How alike the clusters are to what one column, or a pair, says already.
struct Repetition {
  std::vector<std::string> columns;  // one or two
  double adjusted_rand_index = 0;
};

struct VerdictAspect {
  std::string name;
  Grade grade = Grade::kWeak;
  double value = 0;         // NaN where the figure does not exist
  std::string reason = {};  // a sentence
  std::string remedy = {};  // what to do, a sentence; "" where the grade is strong
};

struct Verdict {
  Grade grade = Grade::kWeak;
  std::string sentence;                 // the grade in words, and what it rests on
  std::vector<VerdictAspect> aspects;   // in the order above
  std::vector<Repetition> repetitions;  // largest first
};

struct VerdictFigures {
  std::int64_t n_stores = 0;  // in the fit
  std::int64_t n_clusters = 0;
  std::int64_t n_noise = 0;
  double dbcv = 0;            // NaN where it does not exist
  double silhouette = 0;      // NaN where it does not exist
  std::int64_t smallest = 0;  // stores of the smallest cluster, noise assigned
  std::string limits = {};    // what limits.* changed, a sentence; "" without them
};

// Against each text column of `stores` (rows as `labels`) and each pair: columns with 2 levels to half as
// many as rows, without ids, names and addresses; a null is a level. Rows with label -1 are left out.
std::vector<Repetition> repetitions(const Table& stores, std::span<const std::int32_t> labels);

Verdict judge(const VerdictFigures& figures, std::vector<Repetition> repetitions);

// Sets grade and sentence by the aspects.
void conclude(Verdict& verdict);

}  // namespace aisle
