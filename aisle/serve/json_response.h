// JSON as an answer. Included by .cc files only.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

#include "aisle/serve/http.h"

namespace aisle {

using Json = nlohmann::ordered_json;

inline HttpResponse json_response(const Json& document, int status = 200) {
  return text_response(document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n",
                       "application/json", status);
}

}  // namespace aisle
