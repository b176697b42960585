// The stores on a map of the store space as SVG: the picture that stands without any script.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "aisle/report/documents.h"

namespace aisle {

// An <svg> element, coloured by the page's classes; inferred stores and those in no cluster are hollow. A
// label a cluster, "2" and its name when there are at most eight, clear of its points where there is room. ""
// without stores. `described` is what the picture is called for those who do not see it.
std::string store_picture(const std::vector<PlacedStore>& stores,
                          const std::map<std::int64_t, std::string>& names, const std::string& described);

}  // namespace aisle
