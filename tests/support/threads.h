// One body for every test that a result has the same bits for any number of threads.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "aisle/base/matrix.h"
#include "aisle/base/parallel.h"

namespace aisle::testing {

inline bool same_values(MatrixView a, MatrixView b) {
  return a.n_rows() == b.n_rows() && a.n_cols() == b.n_cols() &&
         std::equal(a.data(), a.data() + a.n_rows() * a.n_cols(), b.data());
}

// make() is called with 1, 2 and 7 threads; same(first, other) compares each result with the first one.
template <typename Make, typename Same>
void expect_same_for_any_threads(const Make& make, const Same& same) {
  const auto with_threads = [&](int n_threads) {
    const ThreadLimit limit(n_threads);
    return make();
  };
  const auto first = with_threads(1);
  for (const int n_threads : {2, 7}) {
    EXPECT_TRUE(same(first, with_threads(n_threads))) << n_threads << " threads";
  }
}

}  // namespace aisle::testing
