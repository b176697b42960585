// GLOSH outlier scores (Campello, Moulavi, Zimek and Sander 2015).
#pragma once

#include <vector>

#include "aisle/cluster/condensed_tree.h"

namespace aisle {

// 1 - lambda(p) / the largest lambda at or below the cluster that p leaves, 0..1 by point: how much sparser a
// point lies than the densest part of its cluster. A point that never leaves at a finite distance scores 0.
std::vector<double> outlier_scores(const CondensedTree& tree);

// The score of one point that leaves at `lambda` a cluster whose largest lambda, at or below it, is
// `densest`.
double outlier_score(double lambda, double densest);

}  // namespace aisle
