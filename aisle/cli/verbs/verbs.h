// Every verb adds itself to the command line; one file each.
#pragma once

namespace CLI {
class App;
}

namespace aisle {

class CommandContext;

void add_init_verb(CLI::App& app, CommandContext& context);
void add_generate_verb(CLI::App& app, CommandContext& context);
void add_check_verb(CLI::App& app, CommandContext& context);
void add_features_verb(CLI::App& app, CommandContext& context);
void add_train_verb(CLI::App& app, CommandContext& context);
void add_run_verb(CLI::App& app, CommandContext& context);
void add_report_verb(CLI::App& app, CommandContext& context);
void add_status_verb(CLI::App& app, CommandContext& context);
void add_assets_verb(CLI::App& app, CommandContext& context);
void add_export_verb(CLI::App& app, CommandContext& context);
void add_predict_verb(CLI::App& app, CommandContext& context);
void add_compare_verb(CLI::App& app, CommandContext& context);
void add_track_verb(CLI::App& app, CommandContext& context);
void add_serve_verb(CLI::App& app, CommandContext& context);
void add_verify_verb(CLI::App& app, CommandContext& context);
// `up`, `down` and `ps`.
void add_platform_verbs(CLI::App& app, CommandContext& context);
void add_logs_verb(CLI::App& app, CommandContext& context);
// `completions bash|zsh|fish` and `man`: made from the command line itself.
void add_shell_verbs(CLI::App& app, CommandContext& context);

}  // namespace aisle
