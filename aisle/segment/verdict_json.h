// The verdict as a part of the JSON documents. Included by .cc files only.
#pragma once

#include <string>

#include "aisle/segment/json_fields.h"
#include "aisle/segment/verdict.h"

namespace aisle {

Json verdict_json(const Verdict& verdict);
// Throws DataError naming `where`.
Verdict parse_verdict(const Json& json, const std::string& where);

}  // namespace aisle
