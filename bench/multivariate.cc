// One case of bench/multivariate.py: reads raw matrices, computes once, prints seconds and a value to
// compare.
//   bench_multivariate famd NUMERIC.f64 N D CODES.i32 COLUMNS AXES
//   bench_multivariate dbcv|silhouette|forest POINTS.f64 N D LABELS.i32
//   bench_multivariate tsne POINTS.f64 N D MAP.f64
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "aisle/cluster/famd_outputs.h"
#include "aisle/cluster/forest.h"
#include "aisle/cluster/tsne.h"
#include "aisle/cluster/validity.h"

namespace {

using aisle::Matrix;
using aisle::Metric;

template <typename Value>
void read_raw(const std::string& path, Value* values, std::size_t n) {
  std::ifstream stream(path, std::ios::binary);
  stream.read(reinterpret_cast<char*>(values), static_cast<std::streamsize>(n * sizeof(Value)));
  if (!stream) throw std::runtime_error("cannot read " + path);
}

Matrix read_matrix(const std::vector<std::string>& words) {
  Matrix matrix(std::stoul(words.at(2)), std::stoul(words.at(3)));
  read_raw(words.at(1), matrix.data(), matrix.n_rows() * matrix.n_cols());
  return matrix;
}

std::vector<std::int32_t> read_ints(const std::string& path, std::size_t n) {
  std::vector<std::int32_t> values(n);
  read_raw(path, values.data(), n);
  return values;
}

// Codes come column by column; a level's name is its number.
aisle::MixedData read_mixed(const std::vector<std::string>& words) {
  aisle::MixedData data;
  data.numeric = read_matrix(words);
  const std::size_t n_rows = data.numeric.n_rows();
  const std::size_t n_categorical = std::stoul(words.at(5));
  for (std::size_t col = 0; col < data.numeric.n_cols(); ++col) {
    data.numeric_names.push_back(fmt::format("n{}", col));
  }
  std::ifstream stream(words.at(4), std::ios::binary);
  for (std::size_t column = 0; column < n_categorical; ++column) {
    aisle::CategoricalColumn& added = data.categorical.emplace_back();
    added.name = fmt::format("c{}", column);
    added.codes.resize(n_rows);
    stream.read(reinterpret_cast<char*>(added.codes.data()),
                static_cast<std::streamsize>(n_rows * sizeof(std::int32_t)));
    if (!stream) throw std::runtime_error("cannot read " + words.at(4));
    const std::int32_t last = *std::max_element(added.codes.begin(), added.codes.end());
    for (std::int32_t code = 0; code <= last; ++code) added.levels.push_back(fmt::format("v{:03}", code));
  }
  return data;
}

template <typename Compute>
void measure(const Compute& compute) {
  const auto start = std::chrono::steady_clock::now();
  const double value = compute();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  fmt::print("{{\"seconds\": {:.6f}, \"value\": {:.12g}}}\n", seconds.count(), value);
}

void run_famd(const std::vector<std::string>& words) {
  const aisle::MixedData data = read_mixed(words);
  const int n_axes = std::stoi(words.at(6));
  measure([&] {
    const aisle::Famd famd = aisle::fit_famd(data, n_axes);
    const Matrix coordinates = aisle::project(famd, data);
    return famd.eigenvalues.at(0) + 0 * coordinates(0, 0);
  });
}

void run_tsne(const std::vector<std::string>& words) {
  const Matrix points = read_matrix(words);
  measure([&] {
    const aisle::TsneMap map = aisle::tsne(points);
    std::ofstream stream(words.at(4), std::ios::binary);
    stream.write(reinterpret_cast<const char*>(map.positions.data()),
                 static_cast<std::streamsize>(points.n_rows() * 2 * sizeof(double)));
    return map.kl_divergence;
  });
}

void run_labelled(const std::vector<std::string>& words) {
  const Matrix points = read_matrix(words);
  const std::vector<std::int32_t> labels = read_ints(words.at(4), points.n_rows());
  const std::string& name = words.front();
  if (name == "dbcv") measure([&] { return aisle::dbcv(points, labels, Metric::kEuclidean).index; });
  if (name == "silhouette") measure([&] { return aisle::silhouette(points, labels, Metric::kEuclidean); });
  if (name == "forest") {
    measure([&] {
      const aisle::ForestParameters parameters;
      const aisle::Forest forest = aisle::fit_forest(points, labels, parameters);
      return aisle::out_of_bag(forest, points, labels, parameters).error;
    });
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const std::string name = words.empty() ? "" : words.front();
    if (name == "famd") {
      run_famd(words);
    } else if (name == "tsne") {
      run_tsne(words);
    } else if (name == "dbcv" || name == "silhouette" || name == "forest") {
      run_labelled(words);
    } else {
      throw std::runtime_error("the first word is " + name +
                               "; expected famd, dbcv, silhouette, forest or tsne");
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_multivariate: {}\n", error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
