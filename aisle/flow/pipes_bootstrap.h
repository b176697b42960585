// What Dagster tells a process that it starts (Dagster Pipes 1.x): two variables of the environment, each
// base64 of zlib of JSON. They say which assets are asked for and where to write messages about them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace aisle {

struct PipesBootstrap {
  // The assets that Dagster asks for, as it writes them ("store_features", "shop/store_features"). Empty
  // where it asks for none: a step that is no asset only gets logs.
  std::vector<std::string> asset_keys;
  // Of the checks that Dagster knows of: table -> expectation -> Dagster's name of the check. From the extras
  // that `aisle_dagster` passes ("asset_checks"); a check that Dagster does not know of must not be reported.
  std::map<std::string, std::map<std::string, std::string>> checks;
  // The asset that Dagster has these checks at, as it writes its key ("asset_of_checks" of the extras).
  std::string asset_of_checks = "data_checks";
  // Where messages go: a file to append to, or "/dev/stdout" or "/dev/stderr".
  std::string messages;
};

// The bootstrap from the two variables' values; null means not set, and nullopt is returned when neither is.
// Throws EnvironmentError that names the variable: one without the other, text that is not what Dagster
// writes, a context file that cannot be read.
std::optional<PipesBootstrap> read_pipes_bootstrap(const char* context, const char* messages);

}  // namespace aisle
