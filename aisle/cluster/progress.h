// How long work in the cluster library tells how far it is.
#pragma once

#include <cstddef>
#include <functional>

namespace aisle {

// Called as work advances, from one thread at a time; `done` ascends to `total`. May be empty.
using ProgressFunction = std::function<void(std::size_t done, std::size_t total)>;

}  // namespace aisle
