// What every verb gets: the options all verbs share, and the places their events go.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace CLI {
class App;
}

namespace aisle {

enum class Verbosity { kQuiet, kNormal, kVerbose };

struct SharedOptions {
  std::string project = ".";
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  int threads = 0;
  std::vector<std::string> sets;
};

class CommandContext {
 public:
  CommandContext();
  ~CommandContext();

  SharedOptions& shared() { return shared_; }
  bool json() const { return shared_.json; }
  // Colours and progress go to a person's terminal only.
  bool stdout_is_terminal() const;
  bool use_colour() const;
  // Characters a line of standard output may have: the terminal's, or 100 elsewhere.
  int width() const;

  // Reads the project's options with `--set` and `--threads` applied.
  Options load_options() const;
  // The defaults with `--set` and `--threads` applied, for a verb that has all it needs without a project.
  Options options_without_project() const;
  // Throws InvalidInput for a --set that no option knows; for verbs that read no project.
  void check_sets() const;
  ProjectPaths paths() const;
  // Sends events to the terminal or, with --json, to standard output; and to a log file in .aisle/logs when
  // the project has one.
  EventSink sink();
  // Set by Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once.
  const CancelFlag* cancel();

 private:
  struct Sinks;
  std::vector<std::string> overrides() const;

  SharedOptions shared_;
  std::unique_ptr<Sinks> sinks_;
};

// Adds --project, --json, --threads, --quiet, --verbose and --set to a verb, and its example to its help.
void add_shared_options(CLI::App& verb, CommandContext& context, const std::string& example);

}  // namespace aisle
