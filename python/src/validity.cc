#include "aisle/cluster/validity.h"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>

#include <string>
#include <utility>

#include "conversion.h"
#include "interruptible.h"

namespace aisle::python {

void bind_validity(nb::module_& module) {
  module.def(
      "dbcv",
      [](const Points& points, const Labels& labels, const std::string& metric) {
        const Metric chosen = metric_named("dbcv", metric);
        Dbcv found = interruptible(
            [&](const CancelFlag& cancel) { return dbcv(view(points), span_of(labels), chosen, &cancel); });
        return std::pair(found.index, array(std::move(found.by_cluster)));
      },
      nb::arg("points"), nb::arg("labels"), nb::arg("metric"));
  module.def(
      "silhouette",
      [](const Points& points, const Labels& labels, const std::string& metric) {
        const Metric chosen = metric_named("silhouette", metric);
        return interruptible([&](const CancelFlag& cancel) {
          return silhouette(view(points), span_of(labels), chosen, &cancel);
        });
      },
      nb::arg("points"), nb::arg("labels"), nb::arg("metric"));
  module.def(
      "silhouette_samples",
      [](const Points& points, const Labels& labels, const std::string& metric) {
        const Metric chosen = metric_named("silhouette_samples", metric);
        return array(interruptible([&](const CancelFlag& cancel) {
          return silhouette_samples(view(points), span_of(labels), chosen, &cancel);
        }));
      },
      nb::arg("points"), nb::arg("labels"), nb::arg("metric"));
  module.def(
      "adjusted_rand_index",
      [](const Labels& a, const Labels& b) { return adjusted_rand_index(span_of(a), span_of(b)); },
      nb::arg("a"), nb::arg("b"));
}

}  // namespace aisle::python
