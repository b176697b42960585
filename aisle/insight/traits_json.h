// Traits as they stand in segments.json and profiles.json. Included by .cc files only.
#pragma once

#include <vector>

#include "aisle/insight/segments.h"
#include "aisle/segment/json_fields.h"

namespace aisle {

inline Json traits_json(const std::vector<Trait>& traits) {
  Json result = Json::array();
  for (const Trait& trait : traits) {
    result.push_back({{"column", trait.column},
                      {"level", trait.level.empty() ? Json(nullptr) : Json(trait.level)},
                      {"label", trait.label},
                      {"unit", unit_name(trait.unit)},
                      {"value", trait.value},
                      {"chain", trait.chain},
                      {"effect", trait.effect},
                      {"v_test", trait.v_test},
                      {"active", trait.active}});
  }
  return result;
}

}  // namespace aisle
