// `aisle completions SHELL` and `aisle man`, made from the command line itself.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/project/option_table.h"

namespace aisle {
namespace {

std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> flags_of(const CLI::App& verb) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

std::vector<std::string> option_keys() {
  std::vector<std::string> keys;
  for (const OptionRow& row : option_table()) keys.push_back(std::string(row.key) + "=");
  return keys;
}

std::string joined_verbs(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* verb : verbs_of(app)) names.push_back(verb->get_name());
  return fmt::format("{}", fmt::join(names, " "));
}

// Text between single quotes of a shell, with `quote` where the text has one: '\'' in zsh, \' in fish.
std::string quoted(const std::string& text, const char* quote) {
  std::string result = "'";
  for (const char letter : text) {
    if (letter == '\'')
      result += quote;
    else
      result += letter;
  }
  return result + "'";
}

std::string bash_completions(const CLI::App& app) {
  std::string script =
      "# aisle's completions for bash: source <(aisle completions bash)\n_aisle() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words\n"
      "  compopt +o default +o nospace\n"
      "  case $before in\n"
      "    --project|--from) compopt -o default; COMPREPLY=(); return ;;\n";
  script += fmt::format("    --set) compopt -o nospace; words='{}' ;;\n", fmt::join(option_keys(), " "));
  script += "    *) case ${COMP_WORDS[1]} in\n";
  for (const CLI::App* verb : verbs_of(app)) {
    script += fmt::format("      {}) words='{}' ;;\n", verb->get_name(), fmt::join(flags_of(*verb), " "));
  }
  script += fmt::format("      *) words='{} --help --version' ;;\n    esac ;;\n  esac\n", joined_verbs(app));
  return script + "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -F _aisle aisle\n";
}

std::string zsh_completions(const CLI::App& app) {
  std::string script =
      "#compdef aisle\n# aisle's completions for zsh: aisle completions zsh > ~/.zfunc/_aisle\n"
      "_aisle() {\n  if (( CURRENT == 2 )); then\n    local -a verbs=(\n";
  for (const CLI::App* verb : verbs_of(app)) {
    script += "      " + quoted(verb->get_name() + ":" + verb->get_description(), "'\\''") + "\n";
  }
  script += "    )\n    _describe verb verbs\n    return\n  fi\n  case ${words[2]} in\n";
  for (const CLI::App* verb : verbs_of(app)) {
    script += fmt::format("    {}) compadd -- {} ;;\n", verb->get_name(), fmt::join(flags_of(*verb), " "));
  }
  return script + "  esac\n  _files\n}\n_aisle \"$@\"\n";
}

std::string fish_completions(const CLI::App& app) {
  std::string script =
      "# aisle's completions for fish: aisle completions fish | source\ncomplete -c aisle -f\n";
  for (const CLI::App* verb : verbs_of(app)) {
    script += fmt::format("complete -c aisle -n __fish_use_subcommand -a {} -d {}\n", verb->get_name(),
                          quoted(verb->get_description(), "\\'"));
    for (const CLI::Option* option : verb->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        script += fmt::format("complete -c aisle -n '__fish_seen_subcommand_from {}' -l {} -d {}\n",
                              verb->get_name(), name, quoted(option->get_description(), "\\'"));
      }
    }
  }
  return script;
}

// A line of roff: dashes that are dashes, and no line that begins with a dot.
std::string roff(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '-')
      result += "\\-";
    else if (letter == '\\')
      result += "\\\\";
    else if (letter == '\n')
      result += "\n.br\n";
    else
      result += letter;
  }
  return result;
}

std::string man_page(const CLI::App& app) {
  std::string page =
      ".TH AISLE 1\n.SH NAME\naisle \\- store clusters from a retailer's raw files\n"
      ".SH SYNOPSIS\n.B aisle\n.I VERB\n[options]\n.SH DESCRIPTION\n" +
      roff(app.get_description()) + "\n.SH VERBS\n";
  for (const CLI::App* verb : verbs_of(app)) {
    page += fmt::format(".SS {}\n{}\n", verb->get_name(), roff(verb->get_description()));
    for (const CLI::Option* option : verb->get_options()) {
      page += fmt::format(".TP\n.B {}\n{}\n", roff(option->get_name()), roff(option->get_description()));
    }
    if (!verb->get_footer().empty()) page += ".PP\n" + roff(verb->get_footer()) + "\n";
  }
  page += ".SH OPTIONS OF aisle.toml\n";
  for (const OptionRow& row : option_table()) {
    page += fmt::format(".TP\n.B {}\n{}\n", roff(std::string(row.key)), roff(std::string(row.help)));
  }
  return page +
         ".SH EXIT STATUS\n0 success; 2 a wrong value or option; 3 the data breaks the contract; "
         "4 a file, disk or service failed; 130 cancelled; 70 a fault of aisle.\n";
}

std::string completions_for(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash_completions(app);
  if (shell == "zsh") return zsh_completions(app);
  return fish_completions(app);
}

}  // namespace

void add_shell_verbs(CLI::App& app, CommandContext&) {
  auto shell = std::make_shared<std::string>();
  CLI::App* completions = app.add_subcommand("completions", "Print completions for a shell");
  completions->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completions->footer("Example:\n  source <(aisle completions bash)");
  completions->callback([&app, shell] { std::fputs(completions_for(app, *shell).c_str(), stdout); });

  CLI::App* man = app.add_subcommand("man", "Print the manual page");
  man->footer("Example:\n  aisle man > /usr/local/share/man/man1/aisle.1");
  man->callback([&app] { std::fputs(man_page(app).c_str(), stdout); });
}

}  // namespace aisle
