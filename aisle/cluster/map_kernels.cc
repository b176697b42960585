#include "aisle/cluster/map_kernels.h"

#include "aisle/cluster/lanes.h"

namespace aisle {
namespace {

// The bodies are inlined into one function an instruction set, each with the width that its registers have:
// GCC takes wider vectors through memory.
#define AISLE_KERNEL_BODY [[gnu::always_inline]] inline

template <std::size_t width>
struct VectorOf {
  typedef double Type __attribute__((vector_size(width * sizeof(double)), aligned(8), may_alias));  // NOLINT
};

template <std::size_t width>
AISLE_KERNEL_BODY void add_repulsion_body(const double* x, const double* y, const double* mass,
                                          std::size_t n_sources, LeafForces& leaf) {
  using Vector = typename VectorOf<width>::Type;
  for (std::size_t first = 0; first < LeafForces::kPoints; first += width) {
    const Vector own_x = *reinterpret_cast<const Vector*>(leaf.x + first);
    const Vector own_y = *reinterpret_cast<const Vector*>(leaf.y + first);
    Vector force_x{}, force_y{}, z{};
    for (std::size_t source = 0; source < n_sources; ++source) {
      const Vector dx = own_x - x[source];
      const Vector dy = own_y - y[source];
      const Vector q = 1.0 / (dx * dx + dy * dy + 1.0);
      const Vector share = q * mass[source];
      z += share;
      const Vector push = share * q;
      force_x += push * dx;
      force_y += push * dy;
    }
    *reinterpret_cast<Vector*>(leaf.force_x + first) = force_x;
    *reinterpret_cast<Vector*>(leaf.force_y + first) = force_y;
    *reinterpret_cast<Vector*>(leaf.z + first) = z;
  }
}

// Lanes are eight neighbours of one row; entries that fill a row up have p = 0 and distance 0.
template <std::size_t width>
AISLE_KERNEL_BODY void attract_rows_body(const Affinities& affinities, const double* positions,
                                         std::size_t begin, std::size_t end, double* pulls) {
  using Vector = typename VectorOf<width>::Type;
  constexpr std::size_t kVectors = kLanes / width;
  for (std::size_t row = begin; row < end; ++row) {
    const double own_x = positions[2 * row];
    const double own_y = positions[2 * row + 1];
    Vector pull_x[kVectors] = {};
    Vector pull_y[kVectors] = {};
    for (std::size_t entry = affinities.offsets[row]; entry < affinities.offsets[row + 1]; entry += kLanes) {
      for (std::size_t v = 0; v < kVectors; ++v) {
        const std::int32_t* cols = affinities.cols.data() + entry + v * width;
        Vector dx, dy;
        for (std::size_t lane = 0; lane < width; ++lane) {
          const double* other = positions + 2 * static_cast<std::size_t>(cols[lane]);
          dx[lane] = own_x - other[0];
          dy[lane] = own_y - other[1];
        }
        const Vector p = *reinterpret_cast<const Vector*>(affinities.values.data() + entry + v * width);
        const Vector pull = p / (dx * dx + dy * dy + 1.0);
        pull_x[v] += pull * dx;
        pull_y[v] += pull * dy;
      }
    }
    alignas(64) double x[kLanes];
    alignas(64) double y[kLanes];
    for (std::size_t v = 0; v < kVectors; ++v) {
      *reinterpret_cast<Vector*>(x + v * width) = pull_x[v];
      *reinterpret_cast<Vector*>(y + v * width) = pull_y[v];
    }
    pulls[2 * row] = fold(x);
    pulls[2 * row + 1] = fold(y);
  }
}

#define AISLE_MAP_KERNELS(name, width, target)                                                              \
  target void add_repulsion_##name(const double* x, const double* y, const double* mass,                    \
                                   std::size_t n_sources, LeafForces& leaf) {                               \
    add_repulsion_body<width>(x, y, mass, n_sources, leaf);                                                 \
  }                                                                                                         \
  target void attract_rows_##name(const Affinities& affinities, const double* positions, std::size_t begin, \
                                  std::size_t end, double* pulls) {                                         \
    attract_rows_body<width>(affinities, positions, begin, end, pulls);                                     \
  }

AISLE_MAP_KERNELS(baseline, 2, )
#if defined(__x86_64__)
AISLE_MAP_KERNELS(avx2, 4, __attribute__((target("avx2"))))
AISLE_MAP_KERNELS(avx512, 8, __attribute__((target("avx512f"))))
#endif

}  // namespace

MapKernels map_kernels(InstructionSet most) {
#if defined(__x86_64__)
  if (most >= InstructionSet::kAvx512 && __builtin_cpu_supports("avx512f")) {
    return {add_repulsion_avx512, attract_rows_avx512};
  }
  if (most >= InstructionSet::kAvx2 && __builtin_cpu_supports("avx2")) {
    return {add_repulsion_avx2, attract_rows_avx2};
  }
#endif
  static_cast<void>(most);
  return {add_repulsion_baseline, attract_rows_baseline};
}

}  // namespace aisle
