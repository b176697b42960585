// Changing values of aisle.toml in place.
#include "aisle/project/options_edit.h"

#include <gtest/gtest.h>

#include "aisle/base/errors.h"
#include "aisle/project/option_table.h"

namespace aisle {
namespace {

const std::vector<std::string> kSections = {"model", "famd", "hdbscan", "limits"};

// `toml` with the overrides written into it; what is read from it is what the overrides give.
std::string edited(const std::string& toml, const std::vector<std::string>& overrides) {
  const Options after = parse_options(toml, "aisle.toml", overrides);
  std::string text = edit_options(toml, "aisle.toml",
                                  changes_between(parse_options(toml, "aisle.toml", {}), after, kSections));
  EXPECT_EQ(canonical_options(parse_options(text, "aisle.toml", {}), kSections),
            canonical_options(after, kSections));
  return text;
}

TEST(OptionsEdit, ReplacesAValueWhereItStandsAndNothingElse) {
  EXPECT_EQ(edited("# São Paulo\n[famd] # axes\nn_components = 5   # é five\n\n[hdbscan]\n  min_samples=1\n",
                   {"famd.n_components=4", "hdbscan.min_samples=3"}),
            "# São Paulo\n[famd] # axes\nn_components = 4   # é five\n\n[hdbscan]\n  min_samples=3\n");
}

TEST(OptionsEdit, ReplacesAListOfSeveralLines) {
  EXPECT_EQ(edited("[model]\ncontext = [\n  \"regional\", # é\n  \"placement\",\n] # both\nseed = 7\n",
                   {"model.context=[\"placement\"]"}),
            "[model]\ncontext = [\"placement\"] # both\nseed = 7\n");
}

TEST(OptionsEdit, PutsALineBelowTheCommentThatNamesTheOption) {
  EXPECT_EQ(
      edited("[hdbscan]\n# smallest\n# min_cluster_size = 5\n# neighbours\n# min_samples = 1\n",
             {"hdbscan.min_cluster_size=9"}),
      "[hdbscan]\n# smallest\n# min_cluster_size = 5\nmin_cluster_size = 9\n# neighbours\n# min_samples = "
      "1\n");
}

TEST(OptionsEdit, PutsALineAtTheEndOfItsSectionOrAddsTheSection) {
  EXPECT_EQ(edited("[famd]\nn_components = 3\n\n# the next\n[forest]\nn_trees = 10",
                   {"hdbscan.metric=manhattan", "limits.max_clusters=4"}),
            "[famd]\nn_components = 3\n\n# the next\n[forest]\nn_trees = 10\n\n[hdbscan]\nmetric = "
            "\"manhattan\"\n\n[limits]\nmax_clusters = 4\n");
  EXPECT_EQ(
      edited("[model]\npreset = \"original\"\n\n[hdbscan]\nmin_samples = 2\n\n[forest]\n",
             {"hdbscan.metric=euclidean"}),
      "[model]\npreset = \"original\"\n\n[hdbscan]\nmin_samples = 2\nmetric = \"euclidean\"\n\n[forest]\n");
  EXPECT_EQ(edited("", {"famd.n_components=2"}), "[famd]\nn_components = 2\n");
}

TEST(OptionsEdit, ChangesInlineTablesAndDottedKeysWhereTheyStand) {
  EXPECT_EQ(edited("famd = { n_components = 5 }\nhdbscan.min_samples = 2\n",
                   {"famd.n_components=4", "hdbscan.min_samples=4"}),
            "famd = { n_components = 4 }\nhdbscan.min_samples = 4\n");
}

TEST(OptionsEdit, RefusesToAddALineToWhatIsNoSection) {
  const std::string toml = "format = 1\nhdbscan = { min_samples = 2 }\n";
  try {
    edited(toml, {"hdbscan.metric=manhattan"});
    FAIL() << "nothing was thrown";
  } catch (const InvalidInput& error) {
    EXPECT_STREQ(
        error.what(),
        "aisle.toml:2: hdbscan is not written as a section; expected a line [hdbscan] with its options "
        "below");
  }
}

// A map in lines of its own stands in no one place.
TEST(OptionsEdit, RefusesToReplaceAMapThatIsASectionOfItsOwn) {
  for (const std::string toml : {"[quality]\ndefaults = true\n[quality.severity]\na = \"info\"\n",
                                 "[quality]\nseverity.a = \"info\"\n", "quality.severity.a = \"info\"\n",
                                 "[quality.severity]\na = \"info\"\nb = \"info\"\n"}) {
    const Options wanted = parse_options(toml, "aisle.toml", {"quality.severity.a=warning"});
    try {
      edited_options(toml, "aisle.toml", wanted, {"quality"});
      ADD_FAILURE() << "nothing was thrown for\n" << toml;
    } catch (const InvalidInput& error) {
      EXPECT_NE(std::string(error.what()).find("quality.severity is written on several lines of its own"),
                std::string::npos)
          << error.what();
    }
  }
}

TEST(OptionsEdit, ReplacesAMapOnOneLine) {
  const std::string toml = "[quality]\nseverity = { a = \"info\" } # mine\n";
  const Options wanted = parse_options(toml, "aisle.toml", {"quality.severity.a=warning"});
  EXPECT_EQ(edited_options(toml, "aisle.toml", wanted, {"quality"}),
            "[quality]\nseverity = " + toml_text(find_option("quality.severity")->get(wanted)) + " # mine\n");
}

// Under another preset what is not said is something else.
TEST(OptionsEdit, RefusesAnEditThatWouldChangeOtherSections) {
  const std::string toml = "[model]\npreset = \"original\"\n";
  const Options wanted = parse_options(toml, "aisle.toml", {"model.preset=trading"});
  EXPECT_THROW(edited_options(toml, "aisle.toml", wanted, cluster_sections()), InvalidInput);
}

}  // namespace
}  // namespace aisle
