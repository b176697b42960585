// What `check`, `features`, `train` and `run` share: materialise, then say how it went.
#pragma once

#include "aisle/cli/command_context.h"
#include "aisle/flow/materialise.h"

namespace aisle {

// Runs the request with the verb's shared options.
RunReport materialise_for(CommandContext& context, const RunRequest& request);

// Prints a text to standard output; with --json the document instead, as {"event":"result","document":...},
// where there is one.
void print_result(const CommandContext& context, const std::string& text,
                  const std::filesystem::path& document = {});

}  // namespace aisle
