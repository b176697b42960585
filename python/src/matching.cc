#include "aisle/cluster/matching.h"

#include <nanobind/stl/vector.h>

#include <utility>

#include "conversion.h"
#include "interruptible.h"

namespace aisle::python {
namespace {

NamedValues match(const Labels& old_labels, const Keys& old_keys, const Labels& new_labels,
                  const Keys& new_keys, const Doubles& weights, double survival_share, double split_share) {
  ClusterMatching found = interruptible([&](const CancelFlag&) {
    return match_clusters({span_of(old_labels), span_of(old_keys)}, {span_of(new_labels), span_of(new_keys)},
                          {.survival_share = survival_share, .split_share = split_share}, span_of(weights));
  });
  nb::list fates;
  for (const OldClusterFate& fate : found.old_clusters) {
    fates.append(nb::make_tuple(transition_name(fate.kind), fate.carried_by, fate.led_to));
  }
  nb::list origins;
  for (const NewClusterOrigin& origin : found.new_clusters) {
    origins.append(nb::make_tuple(transition_name(origin.kind), origin.matched_old, origin.came_from));
  }
  nb::dict out;
  out["n_shared"] = found.n_shared;
  out["total_matched"] = found.total_matched;
  out["fates"] = fates;
  out["origins"] = origins;
  out["overlaps"] = array(std::move(found.overlaps));
  out["old_weights"] = array(std::move(found.old_weights));
  out["new_weights"] = array(std::move(found.new_weights));
  return out;
}

// carry_ids reads the origins' matched_old alone.
NumpyArray<std::int64_t, 1> carry(
    const Labels& matched_old,
    const nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>& old_ids,
    std::int64_t last_id) {
  ClusterMatching matching;
  for (const std::int32_t old : span_of(matched_old)) matching.new_clusters.push_back({.matched_old = old});
  matching.old_clusters.resize(old_ids.shape(0));
  return array(carry_ids(matching, span_of(old_ids), last_id));
}

}  // namespace

void bind_matching(nb::module_& module) {
  module.def("match_clusters", match, nb::arg("old_labels"), nb::arg("old_keys"), nb::arg("new_labels"),
             nb::arg("new_keys"), nb::arg("weights"), nb::arg("survival_share"), nb::arg("split_share"));
  module.def("carry_ids", carry, nb::arg("matched_old"), nb::arg("old_ids"), nb::arg("last_id"));
}

}  // namespace aisle::python
