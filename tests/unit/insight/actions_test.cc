#include "aisle/insight/actions.h"

#include <gtest/gtest.h>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle {
namespace {

const std::string kRule = "[rules.dense]\ncolumn = \"x\"\nabove = 1.2\naction = \"Do.\"\n";
const std::string kStandard = "[standard]\ntag = \"standard\"\naction = \"Wait.\"\n";

std::string message_of(const std::string& toml) {
  try {
    parse_actions(toml, "actions.toml");
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "no error";
}

TEST(Actions, TheBuiltInRulesAreTheSixAndStandardCanOccur) {
  TemporaryProject project;
  const ActionRules rules = read_actions(project.paths);
  EXPECT_EQ(rules.source, "built in");
  ASSERT_EQ(rules.rules.size(), 6U);
  EXPECT_EQ(rules.rules[0].tag, "high efficiency");
  EXPECT_EQ(rules.rules[0].column, "revenue_per_sqm");
  EXPECT_EQ(rules.rules[0].bound, RuleBound::kAbove);
  EXPECT_EQ(rules.rules[0].factor, 1.2);
  EXPECT_EQ(rules.rules[5].tag, "volume-driven");
  EXPECT_EQ(rules.rules[5].bound, RuleBound::kBelow);
  EXPECT_EQ(rules.rules[5].factor, 0.9);
  EXPECT_EQ(rules.standard_tag, "standard");
}

TEST(Actions, AProjectsFileReplacesThem) {
  TemporaryProject project;
  write_file(project.paths.root / kActionsFile,
             "format = 1\n[rules.zeta]\ncolumn = \"placement\"\nlevel = \"Street\"\nbelow = 2\naction = "
             "\"Go.\"\n" +
                 kRule + kStandard);
  const ActionRules rules = read_actions(project.paths);
  EXPECT_EQ(rules.source, "actions.toml");
  ASSERT_EQ(rules.rules.size(), 2U);
  EXPECT_EQ(rules.rules[0].tag, "zeta");  // the order of the file, not of the alphabet
  EXPECT_EQ(rules.rules[0].level, "Street");
  EXPECT_EQ(rules.rules[0].factor, 2);
}

TEST(Actions, EachFaultHasItsMessage) {
  const std::string head = "format = 1\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {kRule + kStandard, "actions.toml: there is no format; expected format = 1"},
      {"format = 2\n" + kRule + kStandard,
       "actions.toml:1: format is 2, of a newer aisle; expected at most 1; update aisle"},
      {"format = \"x\"\n" + kRule + kStandard, "actions.toml:1: format is 'x'; expected 1"},
      {head + kStandard, "actions.toml: there is no rule; expected at least one [rules.\"TAG\"]"},
      {head + kRule,
       "actions.toml: [standard] is not there or not whole; expected tag and action of the clusters for "
       "which "
       "no rule holds"},
      {head + "rule = 1\n" + kRule + kStandard,
       "actions.toml:2: unknown key 'rule'; expected format, rules or standard; did you mean 'rules'?"},
      {head + "[rules.dense]\ncolum = \"x\"\n" + kStandard,
       "actions.toml:3: unknown key 'colum'; expected column, level, above, below or action; did you mean "
       "'column'?"},
      {head + "[rules.dense]\nabove = 1.2\naction = \"Do.\"\n" + kStandard,
       "actions.toml:3: the rule 'dense' has no column; expected column = \"NAME\""},
      {head + "[rules.dense]\ncolumn = \"x\"\naction = \"Do.\"\n" + kStandard,
       "actions.toml:3: the rule 'dense' has no bound; expected one of above and below"},
      {head + "[rules.dense]\ncolumn = \"x\"\nabove = 1.2\nbelow = 2\naction = \"Do.\"\n" + kStandard,
       "actions.toml:3: the rule 'dense' has two bounds; expected one of above and below"},
      {head + "[rules.dense]\ncolumn = \"x\"\nabove = 1.2\n" + kStandard,
       "actions.toml:3: the rule 'dense' has no action; expected a sentence"},
      {head + "[rules.dense]\ncolumn = \"x\"\nabove = -1\naction = \"Do.\"\n" + kStandard,
       "actions.toml:4: above is -1; expected a multiple of the chain's value, above 0, such as 1.2"},
      {head + "[rules.dense]\ncolumn = 3\nabove = 1\naction = \"Do.\"\n" + kStandard,
       "actions.toml:3: column is 3; expected a text in quotes"},
      {head + kRule + "[standard]\ntag = \"dense\"\naction = \"Wait.\"\n",
       "actions.toml:7: the tag 'dense' is a rule's already; expected a tag of its own"},
      {head + "rules = 3\n" + kStandard,
       "actions.toml:2: rules is 3; expected a table [rules.\"TAG\"] with column, above or below, and "
       "action"},
      {head + kRule + "[standard]\ntags = \"a\"\n",
       "actions.toml:7: unknown key 'tags'; expected tag or action; did you mean 'tag'?"},
  };
  for (const auto& [toml, message] : cases) EXPECT_EQ(message_of(toml), message) << toml;
  EXPECT_NE(message_of(head + "[rules").find("actions.toml:2"), std::string::npos);
}

}  // namespace
}  // namespace aisle
