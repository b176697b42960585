// t-SNE: a map of points in the plane on which near points stay near, for the eye only.
//
// Van der Maaten and Hinton 2008; the repulsion by Barnes and Hut's tree as in van der Maaten 2014; start,
// learning rate and schedule as Kobak and Berens 2019 and openTSNE have them.
#pragma once

#include <cstdint>
#include <span>

#include "aisle/base/cancel.h"
#include "aisle/base/matrix.h"
#include "aisle/cluster/metric.h"
#include "aisle/cluster/progress.h"

namespace aisle {

// How a map is made.
struct TsneOptions {
  // How many neighbours a point attends to (1 or more); 3 x perplexity are searched. With n rows at most
  // (n - 1) / 3 is used, and at least 1.
  double perplexity = 30;
  Metric metric = Metric::kEuclidean;  // of the rows
  double early_exaggeration = 12;      // factor of the attraction in the first iterations; 1 or more
  int early_iterations = 250;          // with that factor
  int iterations = 750;                // after the early ones
  double learning_rate = 0;  // 0: n / exaggeration (Belkina et al. 2019). The gradient's factor 4 is left out
  double theta = 0.5;        // 0 (exact, O(n^2)) to 1; see repulsion_tree.h
  std::uint64_t seed = 42;   // of the jitter of the start, 1 % of its size
  const CancelFlag* cancel = nullptr;  // asked between iterations
  ProgressFunction progress = {};      // by iterations
};

// A map, and how faithful it is.
struct TsneMap {
  Matrix positions;          // n x 2, mean 0
  double perplexity = 0;     // used
  double kl_divergence = 0;  // of P from Q in nats, without exaggeration; Z by the tree at theta <= 0.2
};

// Maps the rows of `points` (n x d, finite). Neighbours are exact; the start is the first two principal axes,
// each with its largest absolute loading positive. All of it is in double precision. `row_keys` (n distinct
// numbers, or empty for the row numbers) settle every tie and the jitter: a map has the same bits in whatever
// order rows come and for any number of threads. n may be 0; one row lies at the origin; equal rows spread by
// their jitter alone. Time O(iterations n log n); memory about 16 bytes x 4 perplexity a row. Throws
// InvalidInput for an option or a value out of range, Cancelled.
TsneMap tsne(MatrixView points, const TsneOptions& options = {},
             std::span<const std::uint64_t> row_keys = {});

// How new rows are placed.
struct PlaceOptions {
  double perplexity = 5;  // over the nearest points of the map; cut as above
  int n_neighbours = 25;  // their number, cut to the map's; the start is the median of their positions
  Metric metric = Metric::kEuclidean;  // as the map was made
  double exaggeration = 1.5;           // factor of the attraction
  int iterations = 250;                // of each new row
  double theta = 0.5;                  // as TsneOptions::theta
  const CancelFlag* cancel = nullptr;  // asked between blocks of new rows
  ProgressFunction progress = {};      // by new points
};

// Places new rows (m x d) into a map that stays as it is: `points` (n x d, n at least 1) at `positions`
// (n x 2). Each new row is pulled by its nearest points and pushed by all of the map, by none of the other
// new rows, so its place does not depend on them (Poličar, Stražar and Zupan 2021, "Embedding to reference
// t-SNE space"). `row_keys` are those of the map. Throws InvalidInput, Cancelled.
Matrix place_in_map(MatrixView new_points, MatrixView points, MatrixView positions,
                    const PlaceOptions& options = {}, std::span<const std::uint64_t> row_keys = {});

}  // namespace aisle
