#include "aisle/insight/personas.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

#include "tests/unit/insight/insight_project.h"

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

NumberProfile number(const std::string& column, double chain, std::vector<double> means) {
  NumberProfile profile;
  profile.column = column;
  profile.label = {column, UnitKind::kAmount};
  profile.chain.mean = chain;
  for (const double mean : means) {
    Distribution cluster;
    cluster.mean = mean;
    profile.clusters.push_back(cluster);
  }
  return profile;
}

Profiles profiles_of(std::size_t n_clusters, std::vector<NumberProfile> numbers) {
  Profiles profiles;
  profiles.cluster_ids.resize(n_clusters);
  std::iota(profiles.cluster_ids.begin(), profiles.cluster_ids.end(), std::int64_t{0});
  profiles.n_stores.assign(n_clusters, 1);
  profiles.traits.resize(n_clusters);
  profiles.numbers = std::move(numbers);
  return profiles;
}

ActionRules built_in() {
  return parse_actions(built_in_actions_text(), "built in");
}

std::vector<std::string> tags_of(const Persona& persona) {
  std::vector<std::string> tags;
  for (const PersonaAction& action : persona.actions) tags.push_back(action.tag);
  return tags;
}

using Tags = std::vector<std::string>;

TEST(Personas, RulesHoldBeyondTheirBoundAndStandardWhereNoneDoes) {
  const Profiles profiles = profiles_of(
      4, {number("revenue_per_sqm", 100, {121, 79, 120, 100}), number("size_m2", 100, {79, 121, 80, 100}),
          number("avg_ticket_item", 100, {111, 89, 110, 95})});
  const Personas personas = make_personas(profiles, built_in());
  EXPECT_EQ(tags_of(personas.clusters[0]), (Tags{"high efficiency", "small format", "high-value shoppers"}));
  EXPECT_EQ(tags_of(personas.clusters[1]), (Tags{"low efficiency", "large format", "volume-driven"}));
  EXPECT_EQ(tags_of(personas.clusters[2]), Tags{"standard"});
  EXPECT_EQ(tags_of(personas.clusters[3]), Tags{"standard"});
  ASSERT_EQ(personas.clusters[0].actions[0].figures.size(), 1U);
  EXPECT_EQ(personas.clusters[0].actions[0].figures[0].value, 121);
  EXPECT_EQ(personas.clusters[0].actions[0].figures[0].chain, 100);
  EXPECT_EQ(personas.clusters[2].actions[0].figures.size(), 3U);
  EXPECT_TRUE(personas.skipped.empty());
}

TEST(Personas, RulesWhoseColumnIsNotThereAreLeftOutAndSaid) {
  const Personas personas =
      make_personas(profiles_of(1, {number("avg_ticket_item", 100, {200})}), built_in());
  EXPECT_EQ(tags_of(personas.clusters[0]), Tags{"high-value shoppers"});
  ASSERT_EQ(personas.skipped.size(), 4U);
  EXPECT_EQ(personas.skipped[0],
            "The rule 'high efficiency' is left out: the store features have no revenue_per_sqm to compare.");
}

TEST(Personas, AChainOfNothingAndAClusterWithoutValuesHoldNoRule) {
  const Personas personas = make_personas(
      profiles_of(2, {number("size_m2", 0, {5, 0}), number("avg_ticket_item", 10, {kNone, 1})}), built_in());
  EXPECT_EQ(tags_of(personas.clusters[0]), Tags{"standard"});
  EXPECT_EQ(tags_of(personas.clusters[1]), Tags{"volume-driven"});
}

TEST(Personas, ARuleOnALevelComparesShares) {
  Profiles profiles = profiles_of(2, {});
  CategoryProfile placement;
  placement.column = "placement";
  placement.label = {"placement", UnitKind::kAmount};
  placement.levels.push_back({"Street", 0.4, {0.7, 0.1}, {0, 0}, {0, 0}});
  profiles.categories.push_back(placement);
  const ActionRules rules = parse_actions(
      "format = 1\n[rules.street]\ncolumn = \"placement\"\nlevel = \"Street\"\nabove = 1.5\naction = "
      "\"Go.\"\n"
      "[rules.moon]\ncolumn = \"placement\"\nlevel = \"Moon\"\nabove = 1.5\naction = \"Go.\"\n"
      "[rules.none]\ncolumn = \"placement\"\nabove = 1.5\naction = \"Go.\"\n"
      "[standard]\ntag = \"standard\"\naction = \"Wait.\"\n",
      "actions.toml");
  const Personas personas = make_personas(profiles, rules);
  EXPECT_EQ(tags_of(personas.clusters[0]), Tags{"street"});
  EXPECT_EQ(tags_of(personas.clusters[1]), Tags{"standard"});
  EXPECT_EQ(personas.clusters[0].actions[0].figures[0].value, 0.7);
  EXPECT_EQ(personas.skipped,
            (Tags{"The rule 'moon' is left out: Moon is not among the 1 most frequent levels of placement.",
                  "The rule 'none' is left out: placement is a category and needs a level."}));
}

Trait trait(const std::string& column, const std::string& level, double effect) {
  Trait result;
  result.column = column;
  result.level = level;
  result.label = column;
  result.high = "high " + column;
  result.low = "low " + column;
  result.effect = effect;
  return result;
}

TEST(PersonaNames, SayTheTwoThatSetApartMostAndMoreWhereOthersShareThem) {
  const Trait sales = trait("sales", "", 2);
  const Trait street = trait("placement", "Street", 1.5);
  const std::vector<Trait> first = {sales, street, trait("size", "", -1)};
  const std::vector<Trait> second = {sales, street, trait("age", "", 1)};
  const std::vector<Trait> third = {trait("sales", "", -2)};
  EXPECT_EQ(
      persona_names({{first, first}, {second, second}, {third, third}, {{}, {}}}, {0, 1, 2, 3}),
      (Tags{"High sales, Street, low size", "High sales, Street, high age", "Low sales", "Like the chain"}));
}

TEST(PersonaNames, ALevelOfTwoColumnsCarriesItsColumn) {
  const std::vector<Trait> first = {trait("placement", "Centre", 1)};
  const std::vector<Trait> second = {trait("region", "Centre", 1)};
  EXPECT_EQ(persona_names({{first, first}, {second, second}}, {0, 1}),
            (Tags{"Placement Centre", "Region Centre"}));
}

// Whatever the traits, even ones that are all alike or called as a name's own suffix.
TEST(PersonaNames, AreNeverTheSameForTwoClusters) {
  const Tags words = {"a", "b", "a (cluster 1)", "like the chain", ""};
  for (std::uint64_t round = 0; round < 400; ++round) {
    RandomDraws draws(7, 1, round);
    std::vector<ClusterTraits> clusters(1 + draws.below(40));
    for (ClusterTraits& cluster : clusters) {
      for (std::uint32_t at = draws.below(3); at > 0; --at) {
        const std::string& word = words[draws.below(5)];
        cluster.traits.push_back(
            trait("column " + word, draws.below(2) == 0 ? "" : word, draws.uniform(-1, 1)));
      }
      if (draws.below(2) == 0) cluster.sets_apart = cluster.traits;
    }
    std::vector<std::int64_t> ids(clusters.size());
    std::iota(ids.begin(), ids.end(), std::int64_t{0});
    const Tags names = persona_names(clusters, ids);
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), clusters.size()) << round;
    for (const std::string& name : names) EXPECT_FALSE(name.empty());
  }
}

TEST(Personas, OfATrainedProjectEachHasANameAndAnAction) {
  const InsightProject project(synthetic_stores(120));
  const Personas personas =
      make_personas(profile_clusters(project.data, store_space(project.data)), built_in());
  ASSERT_GE(personas.clusters.size(), 2U);
  std::set<std::string> names;
  for (const Persona& persona : personas.clusters) {
    names.insert(persona.name);
    EXPECT_FALSE(persona.actions.empty());
  }
  EXPECT_EQ(names.size(), personas.clusters.size());
  const auto document = parsed(personas_json(personas));
  EXPECT_EQ(document["kind"], "aisle-personas");
  EXPECT_EQ(document["personas"].size(), names.size());
}

}  // namespace
}  // namespace aisle
