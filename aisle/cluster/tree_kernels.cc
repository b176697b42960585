// Compiles the searches (tree_kernels_body.h, tree_reach_body.h) for each instruction set and picks one at
// run time.
#include "aisle/cluster/tree_kernels.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>
#include <vector>

#if defined(__x86_64__) && !defined(__clang__)  // clang has no target pragma
#include <immintrin.h>
#define AISLE_X86_KERNELS 1
#endif

namespace aisle {

// Two doubles at a time, on any processor.
namespace baseline {
constexpr std::size_t kWidth = 2;
typedef double Lanes __attribute__((vector_size(16)));
inline Lanes load(const double* values) {
  return Lanes{values[0], values[1]};
}
inline void store_lanes(double* values, Lanes lanes) {
  values[0] = lanes[0];
  values[1] = lanes[1];
}
inline Lanes greatest(Lanes a, Lanes b) {
  return a > b ? a : b;
}
inline std::uint32_t mask_below(Lanes a, Lanes b) {
  return (a[0] < b[0] ? 1u : 0u) | (a[1] < b[1] ? 2u : 0u);
}
inline std::uint32_t mask_at_most(Lanes a, Lanes b) {
  return (a[0] <= b[0] ? 1u : 0u) | (a[1] <= b[1] ? 2u : 0u);
}
#include "aisle/cluster/tree_kernels_body.h"  // NOLINT: meant to be included several times
#include "aisle/cluster/tree_reach_body.h"    // NOLINT
}  // namespace baseline

#ifdef AISLE_X86_KERNELS
#pragma GCC push_options
#pragma GCC target("avx2,bmi,bmi2")
namespace avx2 {
constexpr std::size_t kWidth = 4;
using Lanes = __m256d;
inline Lanes load(const double* values) {
  return _mm256_load_pd(values);
}
inline void store_lanes(double* values, Lanes lanes) {
  _mm256_store_pd(values, lanes);
}
inline Lanes greatest(Lanes a, Lanes b) {
  return _mm256_max_pd(a, b);
}
inline std::uint32_t mask_below(Lanes a, Lanes b) {
  return static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_LT_OQ)));
}
inline std::uint32_t mask_at_most(Lanes a, Lanes b) {
  return static_cast<std::uint32_t>(_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_LE_OQ)));
}
#include "aisle/cluster/tree_kernels_body.h"  // NOLINT
#include "aisle/cluster/tree_reach_body.h"    // NOLINT
}  // namespace avx2
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,bmi,bmi2")
namespace avx512 {
constexpr std::size_t kWidth = 8;
using Lanes = __m512d;
inline Lanes load(const double* values) {
  return _mm512_load_pd(values);
}
inline void store_lanes(double* values, Lanes lanes) {
  _mm512_store_pd(values, lanes);
}
inline Lanes greatest(Lanes a, Lanes b) {
  // The zeroing form: GCC 12 warns of an unset value in the plain one.
  return _mm512_maskz_max_pd(0xff, a, b);
}
inline std::uint32_t mask_below(Lanes a, Lanes b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ);
}
inline std::uint32_t mask_at_most(Lanes a, Lanes b) {
  return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ);
}
#include "aisle/cluster/tree_kernels_body.h"  // NOLINT
#include "aisle/cluster/tree_reach_body.h"    // NOLINT
}  // namespace avx512
#pragma GCC pop_options
#endif

TreeKernels tree_kernels(Metric metric, std::size_t n_dims, InstructionSet most) {
#ifdef AISLE_X86_KERNELS
  if (most >= InstructionSet::kAvx512 && __builtin_cpu_supports("avx512f") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("bmi2")) {
    return avx512::kernels(metric, n_dims);
  }
  if (most >= InstructionSet::kAvx2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
    return avx2::kernels(metric, n_dims);
  }
#endif
  static_cast<void>(most);
  return baseline::kernels(metric, n_dims);
}

}  // namespace aisle
