// The lab's notebooks, compiled in from lab/.
#pragma once

#include <string_view>
#include <vector>

namespace aisle {

struct Notebook {
  const char* name;  // "01-first-look.ipynb"
  std::string_view content;
};

// In their order.
std::vector<Notebook> lab_notebooks();

}  // namespace aisle
