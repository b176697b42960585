// The rules that give clusters tags and actions: actions.toml of the project, else those built in
// (docs/actions.md).
#pragma once

#include <string>
#include <vector>

#include "aisle/project/project_paths.h"

namespace aisle {

inline constexpr int kActionsFormat = 1;
inline constexpr const char* kActionsFile = "actions.toml";

enum class RuleBound { kAbove, kBelow };

// Holds for a cluster whose value of the column is above, or below, `factor` times the chain's.
struct ActionRule {
  std::string tag;
  std::string column;
  std::string level;  // "" for a number
  RuleBound bound = RuleBound::kAbove;
  double factor = 1;
  std::string action;
};

struct ActionRules {
  std::string source;             // "built in" or the file's name
  std::vector<ActionRule> rules;  // in the order of the file
  std::string standard_tag;       // where no rule holds
  std::string standard_action;
};

// Throws InvalidInput "WHERE:LINE: ..." for text that is no such file: not TOML, an unknown or missing key, a
// value of another kind or out of range, no rule, a tag that is there twice, a newer format.
ActionRules parse_actions(const std::string& toml, const std::string& where);

// The project's actions.toml, else the built-in rules.
ActionRules read_actions(const ProjectPaths& paths);

// aisle/insight/actions.toml as it was at build time.
const char* built_in_actions_text();

}  // namespace aisle
