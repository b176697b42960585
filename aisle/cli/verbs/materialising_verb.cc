#include "aisle/cli/verbs/materialising_verb.h"

#include <cstdio>

#include "aisle/base/parallel.h"

namespace aisle {

RunReport materialise_for(CommandContext& context, const RunRequest& request) {
  const Options options = context.load_options();
  const ThreadLimit limit(options.engine.threads);
  return materialise(options, context.paths(), request, context.sink(), context.cancel());
}

void print_result(const CommandContext& context, const std::string& text) {
  if (!context.json()) std::fputs(text.c_str(), stdout);
}

}  // namespace aisle
