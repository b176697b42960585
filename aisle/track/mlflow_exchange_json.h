// One exchange of JSON with an MLflow server, and what its refusals mean. Included by .cc files only.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "aisle/track/http_transfer.h"

namespace aisle {

using Json = nlohmann::ordered_json;

// Makes the request and returns the answer's JSON (an empty object for an empty body); nothing when the
// server answers with the error code `tolerated`. Throws TrackingError for every other refusal.
std::optional<Json> exchange_json(HttpTransfer& transfer, const TransferLimits& limits,
                                  const TransferRequest& request, const std::string& tolerated = "");

// `text` as a part of a URL's path or query.
std::string url_encoded(const std::string& text);

// JSON text; bytes that are no UTF-8 are replaced.
std::string json_text(const Json& value);

}  // namespace aisle
