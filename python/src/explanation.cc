#include "aisle/cluster/explanation.h"

#include <nanobind/stl/string.h>

#include <string>
#include <utility>

#include "conversion.h"
#include "interruptible.h"

namespace aisle::python {

void bind_explanation(nb::module_& module) {
  module.def(
      "explain_points",
      [](const Points& points, const Labels& labels, const std::string& metric) -> NamedValues {
        const Metric chosen = metric_named("explain_points", metric);
        PointExplanations found = interruptible([&](const CancelFlag& cancel) {
          return explain_points(view(points), span_of(labels), chosen, &cancel);
        });
        nb::dict out;
        out["typical"] = array(std::move(found.typical));
        out["clusters"] = array(std::move(found.clusters));
        out["shares"] = array(std::move(found.shares));
        out["next_clusters"] = array(std::move(found.next_clusters));
        out["margins"] = array(std::move(found.margins));
        return out;
      },
      nb::arg("points"), nb::arg("labels"), nb::arg("metric"));
}

}  // namespace aisle::python
