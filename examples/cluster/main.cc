// Two dense groups of points and three strays, clustered by HDBSCAN: prints each point with its label.
#include <cstddef>
#include <cstdio>
#include <exception>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/cluster/hdbscan.h"

int main() {
  const std::vector<double> values = {
      1.0,  1.1,  1.2,   0.9,  0.8, 1.0,  1.1, 1.3, 0.9, 0.8, 1.0, 0.9,  // six points near (1, 1)
      8.0,  8.2,  8.1,   7.9,  7.8, 8.0,  8.2, 8.1, 7.9, 8.3,            // five points near (8, 8)
      22.0, -9.0, -13.0, 15.0, 4.5, 25.0,                                // three that are near nothing
  };
  const aisle::MatrixView points(values.data(), values.size() / 2, 2);

  aisle::HdbscanOptions options;
  options.min_samples = 2;
  options.selection.min_cluster_size = 4;
  try {
    const aisle::HdbscanResult result = aisle::hdbscan(points, options);
    for (std::size_t row = 0; row < points.n_rows(); ++row) {
      const int label = result.selection.labels[row];
      std::printf("%5.1f %5.1f  %s %d  strength %.2f\n", points(row, 0), points(row, 1),
                  label < 0 ? "noise  " : "cluster", label, result.selection.probabilities[row]);
    }
    std::printf("%d clusters, %lld points of noise\n", result.selection.n_clusters,
                static_cast<long long>(result.selection.n_noise));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "cluster_example: %s\n", error.what());
    return 1;
  }
  return 0;
}
