// aisle._core: the cluster library for Python. The modules beside it in the package check and convert what
// users pass; here are arrays of the right type alone.
#include <fmt/format.h>

#include <memory>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "conversion.h"

namespace aisle::python {
namespace {

// The room's errors as Python's, their messages as they are.
void bind_errors(nb::module_& module) {
  nb::exception<InvalidInput>(module, "InvalidInput", PyExc_ValueError);
  nb::exception<InternalError>(module, "InternalError", PyExc_RuntimeError);
  nb::register_exception_translator([](const std::exception_ptr& error, void*) {
    try {
      std::rethrow_exception(error);
    } catch (const Cancelled& cancelled) {
      PyErr_SetString(PyExc_KeyboardInterrupt, cancelled.what());
    }
  });
}

void bind_threads(nb::module_& module) {
  nb::class_<ThreadLimit>(module, "ThreadLimit").def(nb::init<int>(), nb::arg("n_threads"));
  module.def("thread_count", thread_count);
}

}  // namespace

Metric metric_named(const char* where, std::string_view name) {
  if (name == "euclidean") return Metric::kEuclidean;
  if (name == "manhattan") return Metric::kManhattan;
  throw InvalidInput({.where = where,
                      .what = fmt::format("metric is '{}'", name),
                      .expected = "'euclidean' or 'manhattan'",
                      .remedy = ""});
}

}  // namespace aisle::python

NB_MODULE(_core, module) {
  module.attr("__doc__") = "The cluster library of aisle for arrays; use the package `aisle`.";
  aisle::python::bind_errors(module);
  aisle::python::bind_threads(module);
  aisle::python::bind_hdbscan(module);
  aisle::python::bind_famd(module);
  aisle::python::bind_forest(module);
  aisle::python::bind_explanation(module);
  aisle::python::bind_tsne(module);
  aisle::python::bind_validity(module);
  aisle::python::bind_stability(module);
  aisle::python::bind_matching(module);
}
