#include "aisle/cli/command_context.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "aisle/cli/cancel_signals.h"
#include "aisle/cli/event_json.h"
#include "aisle/cli/log_file.h"
#include "aisle/cli/platform/dagster_report.h"
#include "aisle/cli/terminal_sink.h"
#include "aisle/project/platform_state.h"

namespace aisle {

struct CommandContext::Sinks {
  std::optional<TerminalSink> terminal;
  std::optional<LogFile> log;
  std::optional<DagsterReport> dagster;
};

CommandContext::CommandContext() : sinks_(std::make_unique<Sinks>()) {}
CommandContext::~CommandContext() = default;

bool CommandContext::stdout_is_terminal() const {
  return ::isatty(STDOUT_FILENO) == 1;
}

bool CommandContext::use_colour() const {
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDERR_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

int CommandContext::width() const {
  constexpr int kUsual = 100;
  winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsual;
  return size.ws_col;
}

std::vector<std::string> CommandContext::overrides() const {
  std::vector<std::string> overrides = shared_.sets;
  if (shared_.threads > 0) overrides.push_back("engine.threads=" + std::to_string(shared_.threads));
  return overrides;
}

Options CommandContext::load_options() const {
  // The platform that `aisle up` started gets every run of its project; who names another server means that.
  const auto mlflow = running_service_url(paths(), "mlflow");
  if (mlflow) ::setenv("MLFLOW_TRACKING_URI", mlflow->c_str(), 0);
  return aisle::load_options(shared_.project, overrides());
}

Options CommandContext::options_without_project() const {
  return parse_options("", "--set", overrides());
}

void CommandContext::check_sets() const {
  parse_options("", "--set", shared_.sets);
}

ProjectPaths CommandContext::paths() const {
  return ProjectPaths(shared_.project);
}

EventSink CommandContext::sink() {
  const ProjectPaths project = paths();
  if (std::filesystem::exists(project.options_file)) sinks_->log.emplace(project.logs);
  if (!shared_.json) {
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    sinks_->terminal.emplace(TerminalStyle{
        .progress = terminal, .colour = use_colour(), .quiet = shared_.quiet, .verbose = shared_.verbose});
  }
  // Dagster hears of its own runs by Pipes.
  const auto dagster = read_service_record(project, "dagster");
  if (std::getenv("DAGSTER_PIPES_CONTEXT") == nullptr && dagster && still_runs(dagster->identity)) {
    sinks_->dagster.emplace(project, dagster->port);
  }
  const EventSink shown = [this](const RunEvent& event) {
    if (sinks_->log) sinks_->log->write(event);
    if (sinks_->terminal) {
      sinks_->terminal->emit(event);
    } else {
      std::fputs((event_to_json(event) + "\n").c_str(), stdout);
      std::fflush(stdout);
    }
  };
  return [this, shown](const RunEvent& event) {
    if (sinks_->dagster) sinks_->dagster->emit(event, shown);
    shown(event);
  };
}

const CancelFlag* CommandContext::cancel() {
  return cancel_on_signals();
}

void add_shared_options(CLI::App& verb, CommandContext& context, const std::string& example) {
  SharedOptions& shared = context.shared();
  verb.add_option("--project", shared.project, "The project's folder (default: here)")->type_name("DIR");
  verb.add_flag("--json", shared.json, "Machine-readable output, one JSON object a line");
  verb.add_option("--threads", shared.threads, "Threads to use (default: all cores)")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  verb.add_flag("--quiet", shared.quiet, "Only results, warnings and errors");
  verb.add_flag("--verbose", shared.verbose, "Each stage's time, memory and passed checks");
  verb.add_option("--set", shared.sets, "Set an option of aisle.toml for this command; may be repeated")
      ->type_name("SECTION.KEY=VALUE")
      ->allow_extra_args(false);
  verb.footer("Example:\n  " + example);
}

}  // namespace aisle
