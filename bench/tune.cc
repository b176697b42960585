// How long the searches of `aisle tune` take, on stores with planted groups:
//   bench_tune STORES POINTS [RESAMPLES]
// 27 points are the original's grid; any other number is drawn at random from the usual lists. Prints the
// figures of one search: wall seconds, and the processor's, which other work on the machine does not
// lengthen.
#include "aisle/segment/tune.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "aisle/base/errors.h"
#include "aisle/base/table.h"
#include "aisle/segment/search_space.h"
#include "aisle/segment/store_table.h"
#include "aisle/segment/trial_choice.h"
#include "tests/unit/segment/synthetic_stores.h"

namespace aisle {
namespace {

constexpr std::size_t kOriginalsGrid = 27;
constexpr std::uint32_t kGroups = 8;
constexpr double kSpread = 0.2;

double processor_seconds() {
  rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

int measure(std::size_t n_stores, std::size_t n_points, int resamples) {
  const Options options = parse_options("[model]\npreset = \"original\"\n", "aisle.toml", {});
  const Table stores =
      canonical_stores(synthetic_stores(n_stores, kGroups, kSpread), days_from_civil(2024, 12, 31));
  const auto began = std::chrono::steady_clock::now();
  const double processor = processor_seconds();
  const std::vector<TunePoint> points =
      n_points == kOriginalsGrid
          ? grid_points(usual_grid(options, n_stores), options, stores)
          : random_points(usual_random_space(options, n_stores), options, stores, n_points, 42);
  std::vector<Trial> trials = evaluate_points(stores, points, {.resamples = resamples}).trials;
  const TrialChoice choice = choose_trial(trials, {});
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  fmt::print("{} stores, {} points, {} resamples: {:.3f} s, {:.3f} s of processor; trial {} is recommended\n",
             n_stores, points.size(), resamples, seconds, processor_seconds() - processor,
             choice.recommended);
  return 0;
}

}  // namespace
}  // namespace aisle

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("bench_tune STORES POINTS [RESAMPLES]\n", stderr);
    return 2;
  }
  try {
    return aisle::measure(std::strtoull(argv[1], nullptr, 10), std::strtoull(argv[2], nullptr, 10),
                          argc > 3 ? std::atoi(argv[3]) : aisle::TuneSettings().resamples);
  } catch (const aisle::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
