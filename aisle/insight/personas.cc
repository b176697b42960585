#include "aisle/insight/personas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "aisle/insight/numbers_json.h"

namespace aisle {
namespace {

constexpr std::size_t kNameParts = 2;

// Levels that two columns share need their column's label to be understood.
std::set<std::string> shared_levels(const std::vector<ClusterTraits>& clusters) {
  std::map<std::string, std::string> column_of;
  std::set<std::string> shared;
  for (const ClusterTraits& cluster : clusters) {
    for (const Trait& trait : cluster.traits) {
      if (trait.level.empty()) continue;
      const auto [known, added] = column_of.emplace(trait.level, trait.column);
      if (!added && known->second != trait.column) shared.insert(trait.level);
    }
  }
  return shared;
}

std::string phrase_of(const Trait& trait, const std::set<std::string>& shared) {
  if (!trait.level.empty()) {
    return shared.contains(trait.level) ? trait.label + " " + trait.level : trait.level;
  }
  return trait.effect > 0 ? trait.high : trait.low;
}

// What a cluster may be called by, best first: what sets it apart, then all else that it has more of.
std::vector<std::string> phrases_of(const ClusterTraits& cluster, const std::set<std::string>& shared) {
  std::vector<std::string> phrases;
  std::set<std::string> columns;
  const auto add = [&](const Trait& trait) {
    if (trait.effect == 0 || (!trait.level.empty() && trait.effect < 0)) return;
    if (columns.insert(trait.column).second) phrases.push_back(phrase_of(trait, shared));
  };
  for (const Trait& trait : cluster.sets_apart) add(trait);
  for (const Trait& trait : cluster.traits) add(trait);
  return phrases;
}

std::string joined(const std::vector<std::string>& phrases, std::size_t n_parts) {
  std::string name = fmt::format(
      "{}", fmt::join(phrases.begin(), phrases.begin() + static_cast<std::ptrdiff_t>(n_parts), ", "));
  if (name.empty()) name = "like the chain";
  if (name.front() >= 'a' && name.front() <= 'z') name.front() = static_cast<char>(name.front() - 'a' + 'A');
  return name;
}

std::vector<std::size_t> doubled(const std::vector<std::string>& names) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& name : names) ++counts[name];
  std::vector<std::size_t> result;
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (counts[names[at]] > 1) result.push_back(at);
  }
  return result;
}

// A rule's figures for one cluster; none where the data lack its column.
std::optional<CitedFigure> figure_of(const Profiles& profiles, const ActionRule& rule, std::size_t cluster) {
  if (rule.level.empty()) {
    for (const NumberProfile& number : profiles.numbers) {
      if (number.column != rule.column) continue;
      return CitedFigure{rule.column, "", number.label, number.clusters[cluster].mean, number.chain.mean};
    }
    return std::nullopt;
  }
  for (const CategoryProfile& category : profiles.categories) {
    if (category.column != rule.column) continue;
    for (const LevelProfile& level : category.levels) {
      if (level.level != rule.level) continue;
      return CitedFigure{rule.column,
                         rule.level,
                         {category.label.label, UnitKind::kShare},
                         level.share[cluster],
                         level.chain};
    }
  }
  return std::nullopt;
}

bool holds(const ActionRule& rule, const CitedFigure& figure) {
  if (!std::isfinite(figure.value) || !(figure.chain > 0)) return false;
  const double bound = rule.factor * figure.chain;
  return rule.bound == RuleBound::kAbove ? figure.value > bound : figure.value < bound;
}

// Why the data cannot answer a rule; "" when they can.
std::string lacking(const Profiles& profiles, const ActionRule& rule) {
  const auto is_number = [&](const NumberProfile& number) { return number.column == rule.column; };
  const bool number = std::any_of(profiles.numbers.begin(), profiles.numbers.end(), is_number);
  const auto category =
      std::find_if(profiles.categories.begin(), profiles.categories.end(),
                   [&](const CategoryProfile& entry) { return entry.column == rule.column; });
  const std::string begin = fmt::format("The rule '{}' is left out: ", rule.tag);
  if (number && !rule.level.empty()) return begin + rule.column + " is a number and has no levels.";
  if (category != profiles.categories.end() && rule.level.empty()) {
    return begin + rule.column + " is a category and needs a level.";
  }
  if (!number && category == profiles.categories.end()) {
    return begin + fmt::format("the store features have no {} to compare.", rule.column);
  }
  if (number || std::any_of(category->levels.begin(), category->levels.end(),
                            [&](const LevelProfile& level) { return level.level == rule.level; })) {
    return "";
  }
  return begin + fmt::format("{} is not among the {} most frequent levels of {}.", rule.level,
                             category->levels.size(), rule.column);
}

Persona persona_of(const Profiles& profiles, const ActionRules& rules,
                   const std::vector<const ActionRule*>& usable, std::size_t cluster) {
  Persona persona;
  PersonaAction standard{rules.standard_tag, rules.standard_action, {}};
  std::set<std::pair<std::string, std::string>> cited;
  for (const ActionRule* rule : usable) {
    const CitedFigure figure = *figure_of(profiles, *rule, cluster);
    if (holds(*rule, figure)) persona.actions.push_back({rule->tag, rule->action, {figure}});
    if (cited.emplace(figure.column, figure.level).second) standard.figures.push_back(figure);
  }
  if (persona.actions.empty()) persona.actions.push_back(std::move(standard));
  return persona;
}

Json figures_json(const std::vector<CitedFigure>& figures) {
  Json list = Json::array();
  for (const CitedFigure& figure : figures) {
    list.push_back({{"column", figure.column},
                    {"level", text_or_null(figure.level)},
                    {"label", figure.label.label},
                    {"unit", unit_name(figure.label.unit)},
                    {"value", number_json(figure.value)},
                    {"chain", number_json(figure.chain)},
                    {"ratio", figure.chain > 0 ? number_json(figure.value / figure.chain) : Json(nullptr)}});
  }
  return list;
}

}  // namespace

std::vector<std::string> persona_names(const std::vector<ClusterTraits>& traits,
                                       const std::vector<std::int64_t>& cluster_ids) {
  const auto shared = shared_levels(traits);
  std::vector<std::vector<std::string>> phrases;
  std::vector<std::size_t> n_parts;
  for (const ClusterTraits& cluster : traits) {
    phrases.push_back(phrases_of(cluster, shared));
    n_parts.push_back(std::min({kNameParts, cluster.sets_apart.size(), phrases.back().size()}));
  }
  std::vector<std::string> names(traits.size());
  while (true) {
    for (std::size_t at = 0; at < names.size(); ++at) names[at] = joined(phrases[at], n_parts[at]);
    bool grew = false;
    for (const std::size_t at : doubled(names)) {
      if (n_parts[at] == phrases[at].size()) continue;
      ++n_parts[at];
      grew = true;
    }
    if (!grew) break;
  }
  // No feature tells these apart: their number does. A level may be called "X (cluster 1)", so look again.
  for (auto alike = doubled(names); !alike.empty(); alike = doubled(names)) {
    for (const std::size_t at : alike) names[at] += fmt::format(" (cluster {})", cluster_ids[at]);
  }
  return names;
}

Personas make_personas(const Profiles& profiles, const ActionRules& rules) {
  Personas personas;
  personas.fit = profiles.fit;
  personas.source = rules.source;
  personas.n_rules = rules.rules.size();
  std::vector<const ActionRule*> usable;
  for (const ActionRule& rule : rules.rules) {
    const std::string why = lacking(profiles, rule);
    if (why.empty()) {
      usable.push_back(&rule);
    } else {
      personas.skipped.push_back(why);
    }
  }
  const auto names = persona_names(profiles.traits, profiles.cluster_ids);
  for (std::size_t cluster = 0; cluster < names.size(); ++cluster) {
    Persona persona = persona_of(profiles, rules, usable, cluster);
    persona.cluster = profiles.cluster_ids[cluster];
    persona.name = names[cluster];
    personas.clusters.push_back(std::move(persona));
  }
  return personas;
}

std::string personas_json(const Personas& personas) {
  Json list = Json::array();
  for (const Persona& persona : personas.clusters) {
    Json tags = Json::array();
    Json actions = Json::array();
    for (const PersonaAction& action : persona.actions) {
      tags.push_back(action.tag);
      actions.push_back(
          {{"tag", action.tag}, {"action", action.action}, {"figures", figures_json(action.figures)}});
    }
    list.push_back(
        {{"cluster", persona.cluster}, {"name", persona.name}, {"tags", tags}, {"actions", actions}});
  }
  return document_text(
      {{"kind", "aisle-personas"},
       {"format", kPersonasFormat},
       {"fit", personas.fit},
       {"rules", {{"source", personas.source}, {"n_rules", personas.n_rules}, {"skipped", personas.skipped}}},
       {"personas", list}});
}

}  // namespace aisle
