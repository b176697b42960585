// How much a group of stores differs from all of them: effect sizes, and the v-test beside them.
#pragma once

#include <cstdint>

namespace aisle {

// The v-test of a mean (Lebart, Morineau and Piron 1984; FactoMineR's catdes): how many standard errors, of a
// draw without replacement, the group's mean lies from the mean of all. `deviation` is the population's.
// 0 when nothing varies or the group is everything. n_group >= 1.
double v_test_of_mean(double group_mean, double mean, double deviation, std::int64_t n_group, std::int64_t n);

// The v-test of a share: the normal quantile of the hypergeometric probability of so few, or so many, stores
// with a level in the group, two-sided with half the weight of the value itself (as FactoMineR's catdes).
// `n_both` stores of the group have the level, `n_level` of all do. The sign says more or fewer.
double v_test_of_share(std::int64_t n_both, std::int64_t n_group, std::int64_t n_level, std::int64_t n);

// Cohen's h: 2 asin(sqrt(group share)) - 2 asin(sqrt(share)).
double effect_of_share(double group_share, double share);

// x with P(Z <= x) = probability for a standard normal Z; probability in (0, 1).
double normal_quantile(double probability);

}  // namespace aisle
