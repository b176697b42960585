#include "aisle/cli/app.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/verbs.h"

namespace aisle {
namespace {

constexpr int kUsageExit = 2;
constexpr int kFaultExit = 70;

void add_verbs(CLI::App& app, CommandContext& context) {
  app.description("aisle turns a retailer's raw files into store clusters that people can trust and act on.");
  app.set_version_flag("--version", "aisle " AISLE_VERSION);
  app.set_help_flag("-h,--help", "Show this help");
  app.require_subcommand(0, 1);
  app.footer(
      "Start with a synthetic retailer:\n"
      "  aisle init --template original --project shop && aisle generate --project shop\n"
      "  aisle run --project shop\n"
      "or with your own files:\n"
      "  aisle init --from /path/to/files --project shop && aisle run --project shop\n\n"
      "aisle VERB --help shows a verb's options and an example.");
  add_init_verb(app, context);
  add_generate_verb(app, context);
  add_check_verb(app, context);
  add_features_verb(app, context);
  add_train_verb(app, context);
  add_run_verb(app, context);
  add_report_verb(app, context);
  add_status_verb(app, context);
  add_assets_verb(app, context);
  add_export_verb(app, context);
  add_predict_verb(app, context);
  add_compare_verb(app, context);
  add_track_verb(app, context);
  add_verify_verb(app, context);
  add_serve_verb(app, context);
  add_platform_verbs(app, context);
  add_logs_verb(app, context);
  add_shell_verbs(app, context);
}

int report(bool as_json, const char* kind, const std::string& message, int exit_code) {
  if (as_json) {
    const nlohmann::json line = {
        {"event", "error"}, {"kind", kind}, {"message", message}, {"exit_code", exit_code}};
    std::puts(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  }
  std::fprintf(stderr, "aisle: %s\n", message.c_str());
  return exit_code;
}

// CLI11 says "The following arguments were not expected"; a mistyped verb deserves its nearest name.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error,
                          const std::vector<std::string>& arguments) {
  std::vector<std::string> verbs;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    verbs.push_back(verb->get_name());
  }
  const std::string first = arguments.empty() ? "" : arguments.front();
  const bool known = std::find(verbs.begin(), verbs.end(), first) != verbs.end();
  if (first.empty() || first[0] == '-' || known) {
    return fmt::format("{}; aisle{} --help shows what it takes", error.what(), known ? " " + first : "");
  }
  const std::string nearest = nearest_name(first, verbs);
  return fmt::format("there is no verb '{}'; {}", first,
                     nearest.empty() ? "aisle --help lists them" : "did you mean '" + nearest + "'?");
}

}  // namespace

int run_app(int argc, char** argv) {
  CommandContext context;
  CLI::App app("", "aisle");
  add_verbs(app, context);
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) std::fputs(app.help().c_str(), stdout);
    return 0;
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ParseError& error) {
    // The line that does not parse may still say how it wants its answer.
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    const bool as_json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    return report(as_json, "InvalidInput", usage_message(app, error, arguments), kUsageExit);
  } catch (const Error& error) {
    return report(context.json(), error.kind(), error.what(), error.exit_code());
  } catch (const std::bad_alloc&) {
    return report(context.json(), "EnvironmentError",
                  "memory ran out; set engine.memory_limit, or use a larger machine", 4);
  } catch (const std::exception& error) {
    return report(
        context.json(), "InternalError",
        std::string(error.what()) + " (a fault of aisle; please report it with the log in .aisle/logs)",
        kFaultExit);
  }
}

}  // namespace aisle
