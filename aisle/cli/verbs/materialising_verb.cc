#include "aisle/cli/verbs/materialising_verb.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "aisle/base/parallel.h"
#include "aisle/project/staged_output.h"

namespace aisle {

RunReport materialise_for(CommandContext& context, const RunRequest& request) {
  const Options options = context.load_options();
  const ThreadLimit limit(options.engine.threads);
  return materialise(options, context.paths(), request, context.sink(), context.cancel());
}

void print_result(const CommandContext& context, const std::string& text,
                  const std::filesystem::path& document) {
  if (!context.json()) {
    std::fputs(text.c_str(), stdout);
  } else if (!document.empty() && std::filesystem::exists(document)) {
    const auto content = nlohmann::ordered_json::parse(read_file(document), nullptr, false);
    std::puts(nlohmann::ordered_json{{"event", "result"}, {"document", content}}.dump().c_str());
  }
}

}  // namespace aisle
