// A name, tags and actions for each cluster: data/artifacts/insight/personas.json (shape: docs/insight.md).
#pragma once

#include <string>
#include <vector>

#include "aisle/insight/actions.h"
#include "aisle/insight/profiles.h"

namespace aisle {

inline constexpr int kPersonasFormat = 1;

// What an action was taken from.
struct CitedFigure {
  std::string column;
  std::string level;  // "" for a number
  FeatureLabel label;
  double value = 0;
  double chain = 0;
};

struct PersonaAction {
  std::string tag;
  std::string action;
  std::vector<CitedFigure> figures;
};

struct Persona {
  std::int64_t cluster = 0;  // its id
  std::string name;
  std::vector<PersonaAction> actions;  // of the rules that hold, else the standard one
};

struct Personas {
  std::string fit;
  std::string source;
  std::size_t n_rules = 0;
  std::vector<std::string> skipped;
  std::vector<Persona> clusters;
};

// One name a cluster, no two alike: the two traits that set it apart most, and more where others share those;
// "like the chain" where there is none.
std::vector<std::string> persona_names(const std::vector<ClusterTraits>& traits,
                                       const std::vector<std::int64_t>& cluster_ids);

Personas make_personas(const Profiles& profiles, const ActionRules& rules);
std::string personas_json(const Personas& personas);

}  // namespace aisle
