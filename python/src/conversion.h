// Between numpy and the library: arrays come in by reference, results go out without a copy.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/cluster/metric.h"

namespace aisle::python {

namespace nb = nanobind;

using Points = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Doubles = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Labels = nb::ndarray<const std::int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Keys = nb::ndarray<const std::uint64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Bytes = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
// What goes out, with the types that the stub tells.
template <typename Value, std::size_t n_dims>
using NumpyArray = nb::ndarray<nb::numpy, Value, nb::ndim<n_dims>>;
using NamedValues = nb::typed<nb::dict, nb::str, nb::any>;

inline MatrixView view(const Points& points) {
  return {points.data(), points.shape(0), points.shape(1)};
}

template <typename Array>
auto span_of(const Array& array) {
  return std::span(array.data(), array.shape(0));
}

// A copy of the records whose bytes `bytes` holds.
template <typename Record>
std::vector<Record> records(const Bytes& bytes) {
  std::vector<Record> copy(bytes.shape(0) / sizeof(Record));
  std::copy_n(bytes.data(), copy.size() * sizeof(Record), reinterpret_cast<std::uint8_t*>(copy.data()));
  return copy;
}

// An array that takes over `owner`, whose `data` it shows.
template <typename Value, typename Owner, std::size_t n_dims>
NumpyArray<Value, n_dims> array_of(Owner&& owner, const Value* data, const std::size_t (&shape)[n_dims]) {
  using Kept = std::remove_cvref_t<Owner>;
  auto kept = std::make_unique<Kept>(std::forward<Owner>(owner));
  nb::capsule capsule(kept.get(), [](void* pointer) noexcept { delete static_cast<Kept*>(pointer); });
  kept.release();
  return {const_cast<Value*>(data), n_dims, shape, capsule};
}

// A moved vector's and a moved matrix's values stay where they are.
template <typename Value>
NumpyArray<Value, 1> array(std::vector<Value>&& values) {
  const Value* data = values.data();
  const std::size_t size = values.size();
  return array_of(std::move(values), data, {size});
}

inline NumpyArray<double, 2> array(Matrix&& matrix) {
  const double* data = matrix.data();
  const std::size_t n_rows = matrix.n_rows();
  const std::size_t n_cols = matrix.n_cols();
  return array_of(std::move(matrix), data, {n_rows, n_cols});
}

// Records as their bytes; Python sees them through a structured dtype.
template <typename Record>
NumpyArray<std::uint8_t, 1> bytes_array(std::vector<Record>&& values) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(values.data());
  const std::size_t size = values.size() * sizeof(Record);
  return array_of(std::move(values), data, {size});
}

// "euclidean" or "manhattan"; InvalidInput for another.
Metric metric_named(const char* where, std::string_view name);

// Each room of the library adds its functions.
void bind_explanation(nb::module_& module);
void bind_famd(nb::module_& module);
void bind_forest(nb::module_& module);
void bind_hdbscan(nb::module_& module);
void bind_matching(nb::module_& module);
void bind_stability(nb::module_& module);
void bind_tsne(nb::module_& module);
void bind_validity(nb::module_& module);

}  // namespace aisle::python
