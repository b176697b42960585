// `aisle serve`: the page and the API of a project.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "aisle/base/parallel.h"
#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/serve/server.h"

namespace aisle {
namespace {

constexpr std::chrono::milliseconds kSignalLook{50};

void say_where(CommandContext& context, const Server& server, const ServeOptions& options) {
  if (context.json()) {
    const nlohmann::ordered_json line = {
        {"event", "serving"}, {"url", server.url()}, {"port", server.port()}};
    std::puts(line.dump().c_str());
  } else {
    fmt::print("Serving {} at {}\n", ProjectPaths(options.project).root.string(), server.url());
    if (!options.token_file.empty()) {
      fmt::print("Open it once with ?token=TOKEN, the content of {}\n", options.token_file);
    }
    if (!context.shared().quiet) fmt::print("Ctrl-C ends it\n");
  }
  std::fflush(stdout);
}

void serve(CommandContext& context, ServeOptions options) {
  const SharedOptions& shared = context.shared();
  options.project = shared.project;
  options.overrides = shared.sets;
  if (shared.threads > 0) options.overrides.push_back(fmt::format("engine.threads={}", shared.threads));
  options.version = AISLE_VERSION;
  options.program = std::filesystem::read_symlink("/proc/self/exe").string();
  const ThreadLimit limit(shared.threads);
  const CancelFlag* signalled = context.cancel();
  const Server server(options);
  say_where(context, server, options);
  while (!signalled->requested()) std::this_thread::sleep_for(kSignalLook);
}

}  // namespace

void add_serve_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("serve", "The page: look, ask, tune, run; and the API behind it");
  add_shared_options(*verb, context,
                     "aisle serve --project shop\n"
                     "  aisle serve --project shop --host 0.0.0.0 --token-file token.txt --read-only");
  const auto options = std::make_shared<ServeOptions>();
  verb->add_option("--host", options->host, "Address to listen on (default: 127.0.0.1, this machine alone)")
      ->type_name("ADDRESS");
  verb->add_option("--port", options->port, "Port to listen on (default: 8321); 0: a free one")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65535));
  verb->add_option("--token-file", options->token_file, "File with the token that readers must know")
      ->type_name("FILE");
  verb->add_option("--public-url", options->public_url, "Behind a proxy: the address that browsers open")
      ->type_name("URL");
  verb->add_flag("--read-only", options->read_only, "Refuse to start and cancel runs");
  verb->callback([&context, options] { serve(context, *options); });
}

}  // namespace aisle
