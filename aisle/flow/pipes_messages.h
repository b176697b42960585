// The messages of Dagster Pipes 0.1, one JSON object a line. Dagster's reader is strict: one line with a key
// too many or too few, or a number of another type, and every later line is lost. So every line has exactly
// the keys that the protocol names, and figures carry their type.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "aisle/base/events.h"

namespace aisle {

enum class PipesLogLevel { kDebug, kInfo, kWarning, kError };

// One entry of an asset's or a check's metadata. Numbers that are not finite have no JSON form and are left
// out.
struct PipesMetadata {
  std::string name;
  std::variant<std::int64_t, double, std::string> value;
  std::string type;  // of a text: "text", "url", "path" or "md"; of a number it follows from the value
};

// What opens and closes the stream; the last with the error that ended the work.
std::string pipes_opened();
std::string pipes_closed();
std::string pipes_closed(const std::string& error_kind, const std::string& message);

// The same error as a message of ours, for who started the process: {"error": {"kind", "message"}}.
std::string pipes_error(const std::string& error_kind, const std::string& message);

std::string pipes_log(PipesLogLevel level, const std::string& message);

// An asset was materialised. An empty data version is null: Dagster makes one of its own.
std::string pipes_materialisation(const std::string& asset_key, const std::string& data_version,
                                  const std::vector<PipesMetadata>& metadata);

// A check of an asset was evaluated. Critical is Dagster's ERROR, all else WARN.
std::string pipes_check(const std::string& asset_key, const std::string& check, bool passed,
                        CheckSeverity severity, const std::vector<PipesMetadata>& metadata);

}  // namespace aisle
