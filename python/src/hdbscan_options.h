// HDBSCAN's options as Python passes them: one struct that the fit and the bootstrap share.
#pragma once

#include <nanobind/nanobind.h>

#include "aisle/cluster/hdbscan.h"

namespace aisle::python {

// From a dict with the keys of hdbscan.py's `_options`. Throws InvalidInput.
SelectionOptions selection_options(const nanobind::dict& options);
HdbscanOptions hdbscan_options(const nanobind::dict& options);

}  // namespace aisle::python
