// One case of the clustering benchmarks: reads points, does the work once, prints its seconds. Built by name;
// bench/cluster.py runs it beside the peers.
//
//   bench_cluster CASE POINTS.f64 ROWS COLS [METRIC [MIN_SAMPLES MIN_CLUSTER_SIZE [NEW_POINTS.f64 ROWS]]]
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>

#include "aisle/cluster/hdbscan.h"
#include "aisle/cluster/prediction.h"

namespace aisle {
namespace {

Matrix read_points(const std::string& path, std::size_t n_rows, std::size_t n_cols) {
  Matrix points(n_rows, n_cols);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(points.data()),
            static_cast<std::streamsize>(n_rows * n_cols * sizeof(double)));
  if (!file) throw InvalidInput({path, "the file is too short", "rows x columns doubles", ""});
  return points;
}

// Seconds of one call.
template <typename Work>
double seconds(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double total_weight(const SpanningTree& tree) {
  double total = 0;
  for (const SpanningEdge& edge : tree.edges) total += edge.weight;
  return total;
}

void run(const std::vector<std::string>& words) {
  const auto number = [&](std::size_t at, int otherwise) {
    return words.size() > at ? std::atoi(words[at].c_str()) : otherwise;
  };
  const Matrix points =
      read_points(words[1], static_cast<std::size_t>(number(2, 0)), static_cast<std::size_t>(number(3, 0)));
  HdbscanOptions options{.min_samples = number(5, 5)};
  if (words.size() > 4 && words[4] == "manhattan") options.metric = Metric::kManhattan;
  options.selection.min_cluster_size = number(6, 5);
  double took = 0;
  if (words[0] == "tree") {
    SpanningTree tree;
    took = seconds([&] { tree = mutual_reachability_tree(points, options.metric, options.min_samples); });
    fmt::print("{{\"seconds\": {}, \"weight\": {:.17g}}}\n", took, total_weight(tree));
    return;
  }
  HdbscanResult fit;
  took = seconds([&] { fit = hdbscan(points, options); });
  if (words[0] == "predict") {
    const Matrix fresh = read_points(words[7], static_cast<std::size_t>(number(8, 0)), points.n_cols());
    took = seconds([&] {
      const HdbscanPredictor predictor(points, options, fit.spanning_tree.core_distances, fit.condensed_tree,
                                       fit.selection);
      predictor.predict(fresh);
    });
  }
  if (words[0] == "selections") {
    const ClusterHierarchy hierarchy(fit.spanning_tree);
    constexpr int kSelections = 20;
    took = seconds([&] {
             for (int k = 2; k < 2 + kSelections; ++k) {
               SelectionOptions selection{.min_cluster_size = 5 + k};
               hierarchy.select(selection);
             }
           }) /
           kSelections;
  }
  fmt::print("{{\"seconds\": {}, \"weight\": {:.17g}, \"clusters\": {}}}\n", took,
             total_weight(fit.spanning_tree), fit.selection.n_clusters);
}

}  // namespace
}  // namespace aisle

int main(int n_words, char** words) {
  try {
    if (n_words < 5)
      throw aisle::InvalidInput({"bench_cluster", "too few words", "CASE POINTS ROWS COLS", ""});
    aisle::run({words + 1, words + n_words});
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
