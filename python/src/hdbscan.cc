#include "aisle/cluster/hdbscan.h"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include "aisle/base/errors.h"
#include "aisle/cluster/prediction.h"
#include "conversion.h"
#include "hdbscan_options.h"
#include "interruptible.h"

namespace aisle::python {
namespace {

NamedValues result_dict(HdbscanResult&& result) {
  nb::dict out;
  out["labels"] = array(std::move(result.selection.labels));
  out["probabilities"] = array(std::move(result.selection.probabilities));
  out["persistence"] = array(std::move(result.selection.persistence));
  out["tree_nodes"] = array(std::move(result.selection.tree_nodes));
  out["outlier_scores"] = array(std::move(result.outlier_scores));
  out["condensed_edges"] = bytes_array(std::move(result.condensed_tree.edges));
  out["spanning_edges"] = bytes_array(std::move(result.spanning_tree.edges));
  out["core_distances"] = array(std::move(result.spanning_tree.core_distances));
  return out;
}

NamedValues fit(const Points& points, const NamedValues& options, const Keys& row_keys) {
  HdbscanOptions chosen = hdbscan_options(options);
  return result_dict(interruptible([&](const CancelFlag& cancel) {
    chosen.cancel = &cancel;
    return hdbscan(view(points), chosen, span_of(row_keys));
  }));
}

NamedValues select(const Bytes& spanning_edges, const Doubles& core_distances, const NamedValues& options,
                   const Keys& row_keys) {
  const SelectionOptions chosen = selection_options(options);
  const auto cores = span_of(core_distances);
  return result_dict(interruptible([&](const CancelFlag&) {
    SpanningTree tree{.edges = records<SpanningEdge>(spanning_edges),
                      .core_distances = {cores.begin(), cores.end()}};
    return cluster_spanning_tree(std::move(tree), chosen, span_of(row_keys));
  }));
}

NamedValues costs(const Bytes& condensed_edges, std::int32_t n_points, const NamedValues& options) {
  const SelectionOptions chosen = selection_options(options);
  const CondensedTree tree{.n_points = n_points,
                           .min_cluster_size = chosen.min_cluster_size,
                           .edges = records<CondensedEdge>(condensed_edges)};
  const LimitCosts found = interruptible([&](const CancelFlag&) { return limit_costs(tree, chosen); });
  nb::dict out;
  out["free_stability"] = found.free_stability;
  out["all"] = found.all;
  out["min_clusters"] = found.fewest_clusters;
  out["max_clusters"] = found.most_clusters;
  out["min_share"] = found.smallest_share;
  out["max_share"] = found.largest_share;
  return out;
}

// `fit` has what result_dict gave.
NamedValues predict(const Points& rows, const NamedValues& options, const NamedValues& fit,
                    const Keys& row_keys, const Points& points) {
  const HdbscanOptions chosen = hdbscan_options(options);
  const auto cores = nb::cast<Doubles>(fit["core_distances"]);
  const auto labels = span_of(nb::cast<Labels>(fit["labels"]));
  const auto probabilities = span_of(nb::cast<Doubles>(fit["probabilities"]));
  const auto nodes = span_of(nb::cast<Labels>(fit["tree_nodes"]));
  const CondensedTree tree{.n_points = static_cast<std::int32_t>(rows.shape(0)),
                           .min_cluster_size = chosen.selection.min_cluster_size,
                           .edges = records<CondensedEdge>(nb::cast<Bytes>(fit["condensed_edges"]))};
  const ClusterSelection selection{.labels = {labels.begin(), labels.end()},
                                   .probabilities = {probabilities.begin(), probabilities.end()},
                                   .tree_nodes = {nodes.begin(), nodes.end()},
                                   .n_clusters = static_cast<std::int32_t>(nodes.size())};
  Prediction found = interruptible([&](const CancelFlag& cancel) {
    const HdbscanPredictor predictor(view(rows), chosen, span_of(cores), tree, selection, span_of(row_keys));
    return predictor.predict(view(points), {.cancel = &cancel});
  });
  nb::dict out;
  out["labels"] = array(std::move(found.labels));
  out["probabilities"] = array(std::move(found.probabilities));
  out["next_labels"] = array(std::move(found.next_labels));
  out["next_strengths"] = array(std::move(found.next_strengths));
  out["outlier_scores"] = array(std::move(found.outlier_scores));
  out["attached_rows"] = array(std::move(found.attached_rows));
  return out;
}

}  // namespace

SelectionOptions selection_options(const nb::dict& options) {
  const auto method = nb::cast<std::string>(options["cluster_selection_method"]);
  if (method != "eom" && method != "leaf") {
    throw InvalidInput({.where = "hdbscan",
                        .what = fmt::format("cluster_selection_method is '{}'", method),
                        .expected = "'eom' or 'leaf'",
                        .remedy = ""});
  }
  return {.min_cluster_size = nb::cast<int>(options["min_cluster_size"]),
          .cluster_selection_epsilon = nb::cast<double>(options["cluster_selection_epsilon"]),
          .method = method == "eom" ? SelectionMethod::kExcessOfMass : SelectionMethod::kLeaf,
          .single_cluster = nb::cast<bool>(options["allow_single_cluster"]) ? SingleCluster::kAllow
                                                                            : SingleCluster::kRefuse,
          .max_cluster_size = nb::cast<int>(options["max_cluster_size"]),
          .limits = {.fewest_clusters = nb::cast<int>(options["min_clusters"]),
                     .most_clusters = nb::cast<int>(options["max_clusters"]),
                     .smallest_share = nb::cast<double>(options["min_share"]),
                     .largest_share = nb::cast<double>(options["max_share"])}};
}

HdbscanOptions hdbscan_options(const nb::dict& options) {
  return {.min_samples = nb::cast<int>(options["min_samples"]),
          .metric = metric_named("hdbscan", nb::cast<std::string>(options["metric"])),
          .selection = selection_options(options)};
}

void bind_hdbscan(nb::module_& module) {
  static_assert(sizeof(SpanningEdge) == 16 && sizeof(CondensedEdge) == 24,
                "aisle/_trees.py names the fields of these records");
  module.def("hdbscan", fit, nb::arg("points"), nb::arg("options"), nb::arg("row_keys"));
  module.def("predict", predict, nb::arg("rows"), nb::arg("options"), nb::arg("fit"), nb::arg("row_keys"),
             nb::arg("points"));
  module.def("cluster_spanning_tree", select, nb::arg("spanning_edges"), nb::arg("core_distances"),
             nb::arg("options"), nb::arg("row_keys"));
  module.def("limit_costs", costs, nb::arg("condensed_edges"), nb::arg("n_points"), nb::arg("options"));
}

}  // namespace aisle::python
