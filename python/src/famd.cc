#include "aisle/cluster/famd.h"

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "aisle/cluster/famd_outputs.h"
#include "conversion.h"
#include "interruptible.h"

namespace aisle::python {
namespace {

// (name, sorted levels, codes) of each categorical column.
using CategoricalTuples = std::vector<nb::typed<nb::tuple, std::string, std::vector<std::string>, Labels>>;

MixedData mixed_data(const std::vector<std::string>& numeric_names, const Points& numeric,
                     const CategoricalTuples& categorical) {
  MixedData data{.numeric_names = numeric_names, .numeric = Matrix(numeric.shape(0), numeric.shape(1))};
  std::copy_n(numeric.data(), numeric.size(), data.numeric.data());
  for (const nb::tuple& column : categorical) {
    const auto codes = nb::cast<Labels>(column[2]);
    const auto values = span_of(codes);
    data.categorical.push_back({.name = nb::cast<std::string>(column[0]),
                                .levels = nb::cast<std::vector<std::string>>(column[1]),
                                .codes = {values.begin(), values.end()}});
  }
  return data;
}

NamedValues state(Famd&& famd) {
  nb::dict out;
  out["numeric_names"] = famd.numeric_names;
  out["means"] = famd.means;
  out["deviations"] = famd.deviations;
  out["categorical_names"] = famd.categorical_names;
  out["levels"] = famd.levels;
  out["shares"] = famd.shares;
  out["percentage_of_variance"] = array(percentage_of_variance(famd));
  out["cumulative_percentage_of_variance"] = array(cumulative_percentage_of_variance(famd));
  out["total_inertia"] = famd.total_inertia;
  FamdColumns columns = famd_columns(famd);
  FamdVariables variables = famd_variables(famd);
  out["barycentres"] = array(std::move(columns.coordinates));
  out["column_contributions"] = array(std::move(columns.contributions));
  out["column_cos2"] = array(std::move(columns.cos2));
  out["v_tests"] = array(std::move(columns.v_tests));
  out["variable_coordinates"] = array(std::move(variables.coordinates));
  out["variable_contributions"] = array(std::move(variables.contributions));
  out["level_distances"] = famd.level_distances;
  out["n_rows"] = famd.n_rows;
  out["loadings"] = array(std::move(famd.loadings));
  out["eigenvalues"] = array(std::move(famd.eigenvalues));
  out["numeric_weights"] = famd.numeric_weights;
  out["categorical_weights"] = famd.categorical_weights;
  return out;
}

Famd from_state(const NamedValues& state) {
  Famd famd{.numeric_names = nb::cast<std::vector<std::string>>(state["numeric_names"]),
            .means = nb::cast<std::vector<double>>(state["means"]),
            .deviations = nb::cast<std::vector<double>>(state["deviations"]),
            .categorical_names = nb::cast<std::vector<std::string>>(state["categorical_names"]),
            .levels = nb::cast<std::vector<std::vector<std::string>>>(state["levels"]),
            .shares = nb::cast<std::vector<std::vector<double>>>(state["shares"]),
            .eigenvalues = nb::cast<std::vector<double>>(state["eigenvalues"]),
            .total_inertia = nb::cast<double>(state["total_inertia"]),
            .numeric_weights = nb::cast<std::vector<double>>(state["numeric_weights"]),
            .categorical_weights = nb::cast<std::vector<double>>(state["categorical_weights"]),
            .level_distances = nb::cast<std::vector<double>>(state["level_distances"]),
            .n_rows = nb::cast<std::size_t>(state["n_rows"])};
  const auto loadings = nb::cast<Points>(state["loadings"]);
  famd.loadings = Matrix(loadings.shape(0), loadings.shape(1));
  std::copy_n(loadings.data(), loadings.size(), famd.loadings.data());
  return famd;
}

NamedValues supplementary_dict(FamdSupplementary&& found) {
  nb::dict out;
  out["numeric_names"] = found.numeric_names;
  out["correlations"] = array(std::move(found.correlations));
  out["categorical_names"] = found.categorical_names;
  out["levels"] = found.levels;
  out["barycentres"] = array(std::move(found.barycentres));
  out["level_cos2"] = array(std::move(found.level_cos2));
  out["v_tests"] = array(std::move(found.v_tests));
  out["correlation_ratios"] = array(std::move(found.correlation_ratios));
  return out;
}

}  // namespace

void bind_famd(nb::module_& module) {
  module.def(
      "fit_famd",
      [](const std::vector<std::string>& numeric_names, const Points& numeric,
         const CategoricalTuples& categorical, int n_components, const Doubles& row_weights) {
        MixedData data = mixed_data(numeric_names, numeric, categorical);
        const auto weights = span_of(row_weights);
        data.row_weights.assign(weights.begin(), weights.end());
        return state(interruptible([&](const CancelFlag&) { return fit_famd(data, n_components); }));
      },
      nb::arg("numeric_names"), nb::arg("numeric"), nb::arg("categorical"), nb::arg("n_components"),
      nb::arg("row_weights"));
  module.def(
      "project_famd",
      [](const NamedValues& state, const std::vector<std::string>& numeric_names, const Points& numeric,
         const CategoricalTuples& categorical) {
        const Famd famd = from_state(state);
        const MixedData data = mixed_data(numeric_names, numeric, categorical);
        return array(interruptible([&](const CancelFlag&) { return project(famd, data); }));
      },
      nb::arg("state"), nb::arg("numeric_names"), nb::arg("numeric"), nb::arg("categorical"));
  module.def(
      "famd_rows",
      [](const NamedValues& state, const std::vector<std::string>& numeric_names, const Points& numeric,
         const CategoricalTuples& categorical) {
        const Famd famd = from_state(state);
        const MixedData data = mixed_data(numeric_names, numeric, categorical);
        FamdRows rows = interruptible([&](const CancelFlag&) { return famd_rows(famd, data); });
        return std::pair(array(std::move(rows.contributions)), array(std::move(rows.cos2)));
      },
      nb::arg("state"), nb::arg("numeric_names"), nb::arg("numeric"), nb::arg("categorical"));
  module.def(
      "famd_supplementary",
      [](const NamedValues& state, const std::vector<std::string>& numeric_names, const Points& numeric,
         const CategoricalTuples& categorical, const Doubles& row_weights,
         const std::vector<std::string>& supplementary_names, const Points& supplementary_numeric,
         const CategoricalTuples& supplementary_categorical) {
        const Famd famd = from_state(state);
        MixedData active = mixed_data(numeric_names, numeric, categorical);
        const auto weights = span_of(row_weights);
        active.row_weights.assign(weights.begin(), weights.end());
        const MixedData supplementary =
            mixed_data(supplementary_names, supplementary_numeric, supplementary_categorical);
        return supplementary_dict(interruptible(
            [&](const CancelFlag&) { return famd_supplementary(famd, active, supplementary); }));
      },
      nb::arg("state"), nb::arg("numeric_names"), nb::arg("numeric"), nb::arg("categorical"),
      nb::arg("row_weights"), nb::arg("supplementary_names"), nb::arg("supplementary_numeric"),
      nb::arg("supplementary_categorical"));
}

}  // namespace aisle::python
