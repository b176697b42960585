#include "aisle/insight/actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/project/did_you_mean.h"
#include "aisle/project/staged_output.h"
#include "aisle/project/toml_reader.h"

namespace aisle {
namespace {

const std::vector<std::string> kTopKeys = {"format", "rules", "standard"};
const std::vector<std::string> kRuleKeys = {"column", "level", "above", "below", "action"};
const std::vector<std::string> kStandardKeys = {"tag", "action"};

// A rule as it is read, with the line that it begins on for messages about what it lacks.
struct RuleDraft {
  ActionRule rule;
  int n_bounds = 0;
  int line = 0;
};

class ActionsReader {
 public:
  explicit ActionsReader(std::string where) : where_(std::move(where)) {}

  ActionRules read(const std::string& toml) {
    std::vector<TomlEntry> entries = read_toml(toml, where_);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const TomlEntry& a, const TomlEntry& b) { return a.line < b.line; });
    for (const TomlEntry& entry : entries) take(entry);
    finish();
    return std::move(result_);
  }

 private:
  InvalidInput fault(int line, std::string what, std::string expected, std::string remedy = "") const {
    return InvalidInput({.where = line > 0 ? fmt::format("{}:{}", where_, line) : where_,
                         .what = std::move(what),
                         .expected = std::move(expected),
                         .remedy = std::move(remedy)});
  }

  InvalidInput unknown(const TomlEntry& entry, const std::string& name,
                       const std::vector<std::string>& known) const {
    return fault(entry.line, fmt::format("unknown key '{}'", name), one_of(known), did_you_mean(name, known));
  }

  std::string text(const TomlEntry& entry) const {
    const auto* value = entry.value ? std::get_if<std::string>(&*entry.value) : nullptr;
    if (value == nullptr || value->empty()) {
      throw fault(entry.line, fmt::format("{} is {}", entry.path.back(), shown(entry)), "a text in quotes");
    }
    return *value;
  }

  static std::string shown(const TomlEntry& entry) {
    return entry.is_empty_table ? "an empty table" : entry.shown;
  }

  double factor(const TomlEntry& entry) const {
    std::optional<double> value;
    if (entry.value) {
      if (const auto* number = std::get_if<double>(&*entry.value)) value = *number;
      if (const auto* whole = std::get_if<std::int64_t>(&*entry.value)) value = static_cast<double>(*whole);
    }
    if (!value || !std::isfinite(*value) || *value <= 0) {
      throw fault(entry.line, fmt::format("{} is {}", entry.path.back(), shown(entry)),
                  "a multiple of the chain's value, above 0, such as 1.2");
    }
    return *value;
  }

  void take(const TomlEntry& entry) {
    const std::string& top = entry.path.front();
    if (std::find(kTopKeys.begin(), kTopKeys.end(), top) == kTopKeys.end()) {
      throw unknown(entry, top, kTopKeys);
    }
    if (top == "format") {
      take_format(entry);
    } else if (top == "standard") {
      take_standard(entry);
    } else {
      take_rule(entry);
    }
  }

  void take_format(const TomlEntry& entry) {
    const auto* format = entry.value ? std::get_if<std::int64_t>(&*entry.value) : nullptr;
    if (entry.path.size() == 1 && format != nullptr && *format > kActionsFormat) {
      throw fault(entry.line, fmt::format("format is {}, of a newer aisle", *format),
                  fmt::format("at most {}", kActionsFormat), "update aisle");
    }
    if (entry.path.size() != 1 || format == nullptr || *format < 1) {
      throw fault(entry.line, fmt::format("format is {}", shown(entry)), std::to_string(kActionsFormat));
    }
    has_format_ = true;
  }

  void take_standard(const TomlEntry& entry) {
    standard_line_ = standard_line_ == 0 ? entry.line : standard_line_;
    if (entry.path.size() == 1 && entry.is_empty_table) return;
    if (entry.path.size() != 2) {
      throw fault(entry.line, fmt::format("standard is {}", shown(entry)), "a table with tag and action");
    }
    if (entry.path[1] == "tag") {
      result_.standard_tag = text(entry);
    } else if (entry.path[1] == "action") {
      result_.standard_action = text(entry);
    } else {
      throw unknown(entry, entry.path[1], kStandardKeys);
    }
  }

  void take_rule(const TomlEntry& entry) {
    if (entry.path.size() == 1 && entry.is_empty_table) return;
    const bool is_empty_rule = entry.path.size() == 2 && entry.is_empty_table;
    if (entry.path.size() != 3 && !is_empty_rule) {
      throw fault(entry.line, fmt::format("{} is {}", fmt::join(entry.path, "."), shown(entry)),
                  "a table [rules.\"TAG\"] with column, above or below, and action");
    }
    RuleDraft& draft = draft_of(entry);
    if (is_empty_rule) return;
    const std::string& key = entry.path[2];
    ActionRule& rule = draft.rule;
    if (key == "column") {
      rule.column = text(entry);
    } else if (key == "level") {
      rule.level = text(entry);
    } else if (key == "action") {
      rule.action = text(entry);
    } else if (key == "above" || key == "below") {
      rule.bound = key == "above" ? RuleBound::kAbove : RuleBound::kBelow;
      rule.factor = factor(entry);
      ++draft.n_bounds;
    } else {
      throw unknown(entry, key, kRuleKeys);
    }
  }

  RuleDraft& draft_of(const TomlEntry& entry) {
    const std::string& tag = entry.path[1];
    for (RuleDraft& draft : drafts_) {
      if (draft.rule.tag == tag) return draft;
    }
    if (tag.empty()) throw fault(entry.line, "a rule has an empty tag", "a few words");
    RuleDraft draft;
    draft.rule.tag = tag;
    draft.line = entry.line;
    drafts_.push_back(std::move(draft));
    return drafts_.back();
  }

  void finish() {
    if (!has_format_) throw fault(0, "there is no format", fmt::format("format = {}", kActionsFormat));
    if (drafts_.empty()) throw fault(0, "there is no rule", "at least one [rules.\"TAG\"]");
    for (RuleDraft& draft : drafts_) {
      const std::string rule = fmt::format("the rule '{}'", draft.rule.tag);
      if (draft.rule.column.empty()) throw fault(draft.line, rule + " has no column", "column = \"NAME\"");
      if (draft.n_bounds != 1) {
        throw fault(draft.line, rule + (draft.n_bounds == 0 ? " has no bound" : " has two bounds"),
                    "one of above and below");
      }
      if (draft.rule.action.empty()) throw fault(draft.line, rule + " has no action", "a sentence");
      if (draft.rule.tag == result_.standard_tag) {
        throw fault(standard_line_, fmt::format("the tag '{}' is a rule's already", draft.rule.tag),
                    "a tag of its own");
      }
      result_.rules.push_back(std::move(draft.rule));
    }
    if (result_.standard_tag.empty() || result_.standard_action.empty()) {
      throw fault(standard_line_, "[standard] is not there or not whole",
                  "tag and action of the clusters for which no rule holds");
    }
    result_.source = where_;
  }

  std::string where_;
  ActionRules result_;
  std::vector<RuleDraft> drafts_;
  bool has_format_ = false;
  int standard_line_ = 0;
};

}  // namespace

ActionRules parse_actions(const std::string& toml, const std::string& where) {
  return ActionsReader(where).read(toml);
}

ActionRules read_actions(const ProjectPaths& paths) {
  const std::filesystem::path file = paths.root / kActionsFile;
  if (std::filesystem::exists(file)) return parse_actions(read_file(file), kActionsFile);
  ActionRules rules = parse_actions(built_in_actions_text(), "the built-in actions");
  rules.source = "built in";
  return rules;
}

}  // namespace aisle
