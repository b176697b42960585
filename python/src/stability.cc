#include "aisle/cluster/stability.h"

#include <nanobind/stl/vector.h>

#include <utility>
#include <vector>

#include "conversion.h"
#include "hdbscan_options.h"
#include "interruptible.h"

namespace aisle::python {
namespace {

// The callable may keep the rows, which the library does not: it gets a copy.
NumpyArray<double, 2> copied(MatrixView rows) {
  std::vector<double> values(rows.data(), rows.data() + rows.n_rows() * rows.n_cols());
  const double* data = values.data();
  return array_of(std::move(values), data, {rows.n_rows(), rows.n_cols()});
}

ClusterFunction called(nb::handle callable) {
  return [callable](MatrixView rows, std::span<const std::uint64_t>) {
    const nb::gil_scoped_acquire with_gil;
    const auto labels = nb::cast<Labels>(callable(copied(rows)));
    const auto values = span_of(labels);
    return std::vector<std::int32_t>(values.begin(), values.end());
  };
}

// HDBSCAN itself, without Python in between.
ClusterFunction clustered(HdbscanOptions options, const CancelFlag& cancel) {
  options.cancel = &cancel;
  return [options](MatrixView rows, std::span<const std::uint64_t> row_keys) {
    return select_within_possible_limits(rows, options, row_keys).labels;
  };
}

NamedValues stability(const Points& points, const Labels& labels, nb::object clusterer,
                      const NamedValues& options, const Keys& row_keys, nb::object progress) {
  StabilityOptions chosen{.n_resamples = nb::cast<int>(options["n_resamples"]),
                          .seed = nb::cast<std::uint64_t>(options["random_state"]),
                          .progress = progress_function(progress)};
  HdbscanOptions of_hdbscan;
  const bool is_hdbscan = nb::isinstance<nb::dict>(clusterer);
  if (is_hdbscan) of_hdbscan = hdbscan_options(nb::cast<nb::dict>(clusterer));
  Stability found = interruptible([&](const CancelFlag& cancel) {
    chosen.cancel = &cancel;
    const ClusterFunction cluster = is_hdbscan ? clustered(of_hdbscan, cancel) : called(clusterer);
    return bootstrap_stability(view(points), span_of(labels), cluster, chosen, span_of(row_keys));
  });
  nb::list clusters;
  for (const ClusterStability& cluster : found.clusters) {
    clusters.append(nb::make_tuple(cluster.mean_jaccard, stability_band_name(cluster.band), cluster.n_present,
                                   cluster.n_dissolved, cluster.n_recovered));
  }
  nb::dict out;
  out["clusters"] = clusters;
  out["jaccards"] = array(std::move(found.jaccards));
  return out;
}

NumpyArray<double, 2> chance(const Points& points, nb::object measure, const NamedValues& options,
                             const Keys& row_keys, nb::object progress) {
  NullLineOptions chosen{.n_draws = nb::cast<int>(options["n_draws"]),
                         .seed = nb::cast<std::uint64_t>(options["random_state"]),
                         .column_groups = nb::cast<std::vector<std::int32_t>>(options["column_groups"]),
                         .progress = progress_function(progress)};
  const FitStatistics measured = [&](MatrixView rows, std::span<const std::uint64_t>) {
    const nb::gil_scoped_acquire with_gil;
    return nb::cast<std::vector<double>>(measure(copied(rows)));
  };
  return array(interruptible([&](const CancelFlag& cancel) {
    chosen.cancel = &cancel;
    return null_line(view(points), measured, chosen, span_of(row_keys));
  }));
}

}  // namespace

void bind_stability(nb::module_& module) {
  module.def("bootstrap_stability", stability, nb::arg("points"), nb::arg("labels"), nb::arg("clusterer"),
             nb::arg("options"), nb::arg("row_keys"), nb::arg("progress").none());
  module.def("null_line", chance, nb::arg("points"), nb::arg("measure"), nb::arg("options"),
             nb::arg("row_keys"), nb::arg("progress").none());
  module.def(
      "null_probability",
      [](const Doubles& draws, double observed) { return null_probability(span_of(draws), observed); },
      nb::arg("draws"), nb::arg("observed"));
}

}  // namespace aisle::python
