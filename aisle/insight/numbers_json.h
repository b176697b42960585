// Numbers of the insight documents, with their one rule of rounding. Included by .cc files only.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>
#include <vector>

#include "aisle/segment/json_fields.h"

namespace aisle {

// To six significant digits or to hundredths, whichever is finer; what is not finite stays so. -0 becomes 0.
inline double rounded(double value) {
  constexpr int kSignificant = 6;
  constexpr double kHundredthsAlone = 1e4;  // from here on six digits are coarser than hundredths
  if (!std::isfinite(value) || value == 0) return value == 0 ? 0.0 : value;
  const bool large = std::abs(value) >= kHundredthsAlone;
  // A double has no hundredths beyond 2^53 / 100, and to_chars would need more room.
  if (std::abs(value) >= 9e13) return value;
  char text[64];
  const auto written =
      large ? std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 2)
            : std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, kSignificant - 1);
  double result = value;
  std::from_chars(text, written.ptr, result);
  return result == 0 ? 0.0 : result;
}

// null for what is not finite.
inline Json number_json(double value) {
  return number_or_null(rounded(value));
}

inline Json numbers_json(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number_json(value));
  return list;
}

// The one line that a compact document is. Text that is not UTF-8 has its bad bytes replaced.
inline std::string document_text(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace aisle
