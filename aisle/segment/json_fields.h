// Reading documents of this room: fields with a clear error where one is missing or of another kind.
// Included by .cc files only, as JSON stays in them.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aisle/base/errors.h"

namespace aisle {

using Json = nlohmann::ordered_json;

inline DataError bad_document(const std::string& where, const std::string& what) {
  return DataError(
      {.where = where, .what = what, .expected = "", .remedy = "run `aisle train` to make it anew"});
}

// Text that is an object with this "kind" and a "format" from 1 to `newest`.
inline Json parse_document(const std::string& text, const std::string& where, const std::string& kind,
                           int newest) {
  // Deeper than any document of aisle's: recursion over it must not overflow the stack.
  constexpr int kDeepest = 64;
  const auto depth_is_fine = [&](int depth, Json::parse_event_t, Json&) {
    if (depth > kDeepest) throw bad_document(where, "is nested too deeply");
    return true;
  };
  Json document = Json::parse(text, depth_is_fine, false);
  if (document.is_discarded()) throw bad_document(where, "is not whole JSON");
  if (!document.is_object() || !document.contains("kind") || document["kind"] != kind) {
    throw bad_document(where, fmt::format("is not a document of the kind {}", kind));
  }
  if (!document.contains("format") || !document["format"].is_number_integer() || document["format"] < 1) {
    throw bad_document(where, "has no format number");
  }
  if (document["format"] > newest) {
    throw DataError(
        {.where = where,
         .what = fmt::format("has format {}, made by a newer aisle", document["format"].get<std::int64_t>()),
         .expected = fmt::format("at most {}", newest),
         .remedy = "update aisle, or run `aisle train` to make it anew"});
  }
  return document;
}

// The value of `key` as a Value. An absent key or another type is a DataError naming `where` and the key.
template <typename Value>
Value field(const Json& object, const char* key, const std::string& where) {
  if (!object.is_object() || !object.contains(key)) {
    throw bad_document(where, fmt::format("lacks '{}'", key));
  }
  try {
    return object.at(key).get<Value>();
  } catch (const Json::exception&) {
    throw bad_document(where, fmt::format("has '{}' of another kind than expected", key));
  }
}

// Numbers that may not exist are null in JSON and NaN here.
inline Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}
// Text that may not exist is null in JSON and "" here.
inline Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}
// The id of a cluster by its place in `ids`; null for -1.
inline Json id_or_null(std::int32_t cluster, const std::vector<std::int64_t>& ids) {
  return cluster < 0 ? Json(nullptr) : Json(ids[static_cast<std::size_t>(cluster)]);
}
inline double number_or_nan(const Json& object, const char* key, const std::string& where) {
  if (object.is_object() && object.contains(key) && object.at(key).is_null()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return field<double>(object, key, where);
}

}  // namespace aisle
