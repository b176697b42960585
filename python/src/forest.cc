#include "aisle/cluster/forest.h"

#include <nanobind/stl/vector.h>

#include <utility>
#include <vector>

#include "conversion.h"
#include "interruptible.h"

namespace aisle::python {
namespace {

using Shares = nb::ndarray<const float, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// Trees one behind the other: nodes as bytes, which no Python code reads, and how many each tree has.
NamedValues state(Forest&& forest) {
  std::vector<ForestNode> nodes;
  std::vector<float> shares;
  std::vector<std::size_t> node_counts;
  std::vector<std::size_t> share_counts;
  for (const ForestTree& tree : forest.trees) {
    nodes.insert(nodes.end(), tree.nodes.begin(), tree.nodes.end());
    shares.insert(shares.end(), tree.leaf_shares.begin(), tree.leaf_shares.end());
    node_counts.push_back(tree.nodes.size());
    share_counts.push_back(tree.leaf_shares.size());
  }
  nb::dict out;
  out["n_classes"] = forest.n_classes;
  out["n_features"] = forest.n_features;
  out["nodes"] = bytes_array(std::move(nodes));
  out["leaf_shares"] = array(std::move(shares));
  out["node_counts"] = node_counts;
  out["share_counts"] = share_counts;
  return out;
}

Forest from_state(const NamedValues& state) {
  Forest forest{.n_classes = nb::cast<std::int32_t>(state["n_classes"]),
                .n_features = nb::cast<std::int32_t>(state["n_features"]),
                .trees = {}};
  const auto nodes = records<ForestNode>(nb::cast<Bytes>(state["nodes"]));
  const auto shares_array = nb::cast<Shares>(state["leaf_shares"]);
  const auto shares = span_of(shares_array);
  const auto node_counts = nb::cast<std::vector<std::size_t>>(state["node_counts"]);
  const auto share_counts = nb::cast<std::vector<std::size_t>>(state["share_counts"]);
  auto node = nodes.begin();
  auto share = shares.begin();
  for (std::size_t tree = 0; tree < node_counts.size(); ++tree) {
    const auto last_node = node + static_cast<std::ptrdiff_t>(node_counts[tree]);
    const auto last_share = share + static_cast<std::ptrdiff_t>(share_counts[tree]);
    forest.trees.push_back({.nodes = {node, last_node}, .leaf_shares = {share, last_share}});
    node = last_node;
    share = last_share;
  }
  return forest;
}

// Runs `work` with the parameters of `options`, which are read while the GIL is held.
template <typename Work>
auto with_parameters(const NamedValues& options, Work work) {
  ForestParameters parameters{.n_trees = nb::cast<int>(options["n_trees"]),
                              .max_features = nb::cast<int>(options["max_features"]),
                              .seed = nb::cast<std::uint64_t>(options["seed"])};
  return interruptible([&](const CancelFlag& cancel) {
    parameters.cancel = &cancel;
    return work(parameters);
  });
}

NamedValues fit(const Points& points, const Labels& labels, const NamedValues& options,
                const Keys& row_keys) {
  return state(with_parameters(options, [&](const ForestParameters& parameters) {
    return fit_forest(view(points), span_of(labels), parameters, span_of(row_keys));
  }));
}

NumpyArray<double, 2> shares_of(const NamedValues& of_fit, const Points& points) {
  const Forest forest = from_state(of_fit);
  return array(interruptible([&](const CancelFlag&) { return predict_shares(forest, view(points)); }));
}

NamedValues out_of_bag_of(const NamedValues& of_fit, const Points& points, const Labels& labels,
                          const NamedValues& options, const Keys& row_keys) {
  const Forest forest = from_state(of_fit);
  OutOfBag found = with_parameters(options, [&](const ForestParameters& parameters) {
    return out_of_bag(forest, view(points), span_of(labels), parameters, span_of(row_keys));
  });
  nb::dict out;
  out["shares"] = array(std::move(found.shares));
  out["error"] = found.error;
  out["class_errors"] = array(std::move(found.class_errors));
  return out;
}

NamedValues importance_of(const NamedValues& of_fit, const Points& points, const Labels& labels,
                          const NamedValues& options, const Keys& row_keys) {
  const Forest forest = from_state(of_fit);
  ForestImportance found = with_parameters(options, [&](const ForestParameters& parameters) {
    return permutation_importance(forest, view(points), span_of(labels), parameters, span_of(row_keys));
  });
  nb::dict out;
  out["mean"] = array(std::move(found.mean));
  out["standard_error"] = array(std::move(found.standard_error));
  out["by_class"] = array(std::move(found.by_class));
  return out;
}

}  // namespace

void bind_forest(nb::module_& module) {
  module.def("fit_forest", fit, nb::arg("points"), nb::arg("labels"), nb::arg("options"),
             nb::arg("row_keys"));
  module.def("forest_shares", shares_of, nb::arg("forest"), nb::arg("points"));
  module.def("forest_out_of_bag", out_of_bag_of, nb::arg("forest"), nb::arg("points"), nb::arg("labels"),
             nb::arg("options"), nb::arg("row_keys"));
  module.def("forest_importance", importance_of, nb::arg("forest"), nb::arg("points"), nb::arg("labels"),
             nb::arg("options"), nb::arg("row_keys"));
}

}  // namespace aisle::python
