#include "aisle/cluster/tsne.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <string>
#include <tuple>
#include <utility>

#include "conversion.h"
#include "interruptible.h"

namespace aisle::python {
namespace {

auto fit(const Points& points, const NamedValues& options, nb::object progress) {
  TsneOptions chosen{.perplexity = nb::cast<double>(options["perplexity"]),
                     .metric = metric_named("tsne", nb::cast<std::string>(options["metric"])),
                     .early_exaggeration = nb::cast<double>(options["early_exaggeration"]),
                     .early_iterations = nb::cast<int>(options["early_exaggeration_iter"]),
                     .iterations = nb::cast<int>(options["n_iter"]),
                     .learning_rate = nb::cast<double>(options["learning_rate"]),
                     .theta = nb::cast<double>(options["theta"]),
                     .seed = nb::cast<std::uint64_t>(options["random_state"]),
                     .progress = progress_function(progress)};
  TsneMap map = interruptible([&](const CancelFlag& cancel) {
    chosen.cancel = &cancel;
    return tsne(view(points), chosen);
  });
  return std::tuple(array(std::move(map.positions)), map.perplexity, map.kl_divergence);
}

NumpyArray<double, 2> place(const Points& new_points, const Points& points, const Points& positions,
                            const NamedValues& options) {
  PlaceOptions chosen{.metric = metric_named("tsne", nb::cast<std::string>(options["metric"])),
                      .theta = nb::cast<double>(options["theta"])};
  return array(interruptible([&](const CancelFlag& cancel) {
    chosen.cancel = &cancel;
    return place_in_map(view(new_points), view(points), view(positions), chosen);
  }));
}

}  // namespace

void bind_tsne(nb::module_& module) {
  module.def("tsne", fit, nb::arg("points"), nb::arg("options"), nb::arg("progress").none());
  module.def("place_in_map", place, nb::arg("new_points"), nb::arg("points"), nb::arg("positions"),
             nb::arg("options"));
}

}  // namespace aisle::python
