#include "aisle/segment/design.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "aisle/base/errors.h"
#include "aisle/segment/store_table.h"
#include "tests/unit/segment/synthetic_stores.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle {
namespace {

constexpr std::int64_t kAsOf = 20088;  // 2024-12-31

Options columns_options(const std::vector<std::string>& context, const std::vector<std::string>& behaviour) {
  Options options = preset_options("original");
  options.model.context = context;
  options.model.behaviour = behaviour;
  return options;
}

bool has_note(const std::vector<std::string>& notes, const std::string& part) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

template <typename Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Mix shares of two stores and what they say.
Table mix_stores(const std::vector<std::vector<double>>& shares) {
  Table table;
  std::vector<std::string> ids;
  for (std::size_t store = 0; store < shares.size(); ++store) ids.push_back(numbered("s", store));
  table.add(text_column("store_id", ids));
  for (std::size_t part = 0; part < shares.front().size(); ++part) {
    std::vector<double> values;
    for (const auto& store : shares) values.push_back(store[part]);
    table.add(double_column(std::string("mix_") + static_cast<char>('a' + part), values));
  }
  return table;
}

TEST(Design, RowsAreSortedByStoreWhateverTheOrderOfTheTable) {
  const Table stores = synthetic_stores(40);
  std::vector<std::size_t> reversed(40);
  for (std::size_t row = 0; row < 40; ++row) reversed[row] = 39 - row;
  const Options options = preset_options("original");
  const Design one = build_design(stores, options, kAsOf);
  const Design other = build_design(stores.take(reversed), options, kAsOf);
  EXPECT_TRUE(std::is_sorted(one.store_ids.begin(), one.store_ids.end()));
  EXPECT_EQ(one.store_ids, other.store_ids);
  for (std::size_t row = 0; row < 40; ++row) {
    for (std::size_t col = 0; col < one.matrix.n_cols(); ++col) {
      EXPECT_EQ(one.matrix(row, col), other.matrix(row, col));
    }
  }
}

TEST(Design, BehaviourIsStandardisedByThePopulationDeviationAndAConstantColumnIsZero) {
  Table stores = synthetic_stores(30);
  stores.add(double_column("tenth", std::vector<double>(30, 0.1)));
  const Design design =
      build_design(stores, columns_options({}, {"total_revenue", "unique_products_stocked", "tenth"}), kAsOf);
  double sum = 0;
  double squares = 0;
  for (std::size_t row = 0; row < 30; ++row) {
    sum += design.matrix(row, 0);
    squares += design.matrix(row, 0) * design.matrix(row, 0);
    EXPECT_EQ(design.matrix(row, 1), 0.0);
    EXPECT_EQ(design.matrix(row, 2), 0.0);
  }
  EXPECT_NEAR(sum, 0, 1e-12);
  EXPECT_NEAR(squares, 30, 1e-10);
  EXPECT_TRUE(has_note(design.notes, "unique_products_stocked is the same for every store"));
}

TEST(Design, ANullOpeningDateStandsAtTheMedianAgeAndIsSaid) {
  Table stores = synthetic_stores(21);
  set_null(stores, "opening_date", 3);
  const Design design = build_design(stores, columns_options({}, {"anos_de_loja"}), kAsOf);
  std::vector<double> ages;
  const Table canonical = canonical_stores(stores, kAsOf);
  EXPECT_TRUE(canonical.column("anos_de_loja").null_at(3));
  for (std::size_t row = 0; row < 21; ++row) {
    if (row != 3) ages.push_back(canonical.column("anos_de_loja").doubles[row]);
  }
  std::sort(ages.begin(), ages.end());
  EXPECT_DOUBLE_EQ(design.fit.columns.behaviour[0].fill, (ages[9] + ages[10]) / 2);
  EXPECT_TRUE(has_note(design.notes, "1 store has no anos_de_loja"));
  for (std::size_t row = 0; row < 21; ++row) EXPECT_TRUE(std::isfinite(design.matrix(row, 0)));
}

TEST(Design, ANullCategoryIsALevelOfItsOwnAndOneMemberIsEnough) {
  Table stores = synthetic_stores(30);
  set_null(stores, "placement", 5);
  column_of(stores, "regional").texts[7] = "region of one";
  const Design design = build_design(stores, columns_options({"regional", "placement"}, {}), kAsOf);
  const auto& levels = design.fit.famd.levels;
  ASSERT_EQ(levels.size(), 2U);
  EXPECT_EQ(levels[0], (std::vector<std::string>{"(missing)", "Mall", "Street"}));
  EXPECT_TRUE(std::binary_search(levels[1].begin(), levels[1].end(), "region of one"));
  EXPECT_TRUE(has_note(design.notes, "1 store has no placement"));
}

TEST(Design, MixBecomesCentredLogRatiosWithZerosLifted) {
  const Table stores = mix_stores({{0.5, 0.5, 0.0}, {0.2, 0.3, 0.5}, {2.0, 3.0, 5.0}});
  const Design design = build_design(stores, columns_options({}, {"clr(mix_*)"}), std::nullopt);
  EXPECT_EQ(design.fit.names(), (std::vector<std::string>{"clr(mix_a)", "clr(mix_b)", "clr(mix_c)"}));
  const auto raw = [&](std::size_t row, std::size_t col) {
    return design.matrix(row, col) * design.fit.behaviour_deviations[col] + design.fit.behaviour_means[col];
  };
  // 0 becomes 0.001 and the parts are closed again; the closing falls out of the log-ratio.
  const double mean = (2 * std::log(0.5) + std::log(0.001)) / 3;
  EXPECT_NEAR(raw(0, 0), std::log(0.5) - mean, 1e-12);
  EXPECT_NEAR(raw(0, 2), std::log(0.001) - mean, 1e-12);
  // Only the proportions count.
  for (std::size_t col = 0; col < 3; ++col) EXPECT_NEAR(raw(1, col), raw(2, col), 1e-12);
}

TEST(Design, LogarithmsStandFastBelowAFallOfNinetyFivePercent) {
  Table stores = synthetic_stores(4);
  stores.add(double_column("growth", {-0.5, 0.5, -1.0, -0.95}));
  const Design design = build_design(stores, columns_options({}, {"log1p(growth)"}), kAsOf);
  const auto raw = [&](std::size_t row) {
    return design.matrix(row, 0) * design.fit.behaviour_deviations[0] + design.fit.behaviour_means[0];
  };
  EXPECT_NEAR(raw(0), std::log(0.5), 1e-12);
  EXPECT_NEAR(raw(1), std::log(1.5), 1e-12);
  EXPECT_EQ(design.matrix(2, 0), design.matrix(3, 0));
  EXPECT_NEAR(raw(3), std::log(0.05), 1e-12);
}

TEST(Design, AWeightIsSpreadOverTheColumnsOfItsEntry) {
  const Table stores = mix_stores({{0.5, 0.4, 0.1}, {0.2, 0.3, 0.5}, {0.3, 0.6, 0.1}, {0.1, 0.1, 0.8}});
  const Design plain = build_design(stores, columns_options({}, {"clr(mix_*)"}), std::nullopt);
  const Design weighted = build_design(stores, columns_options({}, {"2 * clr(mix_*)"}), std::nullopt);
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t col = 0; col < 3; ++col) {
      EXPECT_NEAR(weighted.matrix(row, col), plain.matrix(row, col) * std::sqrt(2.0 / 3), 1e-12);
    }
  }
  const Design axes = build_design(stores, columns_options({"2 * clr(mix_*)"}, {}), std::nullopt);
  EXPECT_NEAR(axes.fit.famd.total_inertia, 2, 1e-12);
}

TEST(Design, ColumnsThatAreNotThereDropOutAndAreSaid) {
  const Design design =
      build_design(synthetic_stores(30),
                   columns_options({"regional", "clr(mix_*)"}, {"total_revenue", "weekend_share"}), kAsOf);
  EXPECT_EQ(design.fit.columns.behaviour.size(), 1U);
  EXPECT_TRUE(has_note(design.notes, "clr(mix_*) is left out"));
  EXPECT_TRUE(has_note(design.notes, "weekend_share is left out"));
  EXPECT_EQ(
      message_of([&] { build_design(synthetic_stores(30), columns_options({}, {"weekend_share"}), kAsOf); }),
      "store_features: no column of the model is there; expected one of weekend_share; name columns that "
      "the store features have");
}

TEST(Design, RefusesWhatItCannotUse) {
  Table stores = synthetic_stores(10);
  EXPECT_EQ(
      message_of([&] { build_design(stores, columns_options({}, {"regional"}), kAsOf); }),
      "model.behaviour: 'regional' takes regional as a number, but it is text; expected a numeric column; "
      "put its bare name into model.context, where text is a category");
  EXPECT_EQ(
      message_of([&] { build_design(stores, columns_options({"opening_date"}, {}), kAsOf); }),
      "model.context: 'opening_date' takes opening_date, which is a date; expected a number or a category; "
      "years since opening are the column anos_de_loja");
  column_of(stores, "total_revenue").doubles[4] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(
      message_of([&] { build_design(stores, columns_options({}, {"total_revenue"}), kAsOf); }),
      "store_features: store store 1000004 has an infinite total_revenue; expected a finite number, or none");
  column_of(stores, "total_revenue").doubles[4] = std::nan("");
  EXPECT_TRUE(has_note(build_design(stores, columns_options({}, {"total_revenue"}), kAsOf).notes,
                       "1 store has no total_revenue"));
  column_of(stores, "store_id").texts[1] = column_of(stores, "store_id").texts[0];
  EXPECT_EQ(message_of([&] { build_design(stores, columns_options({}, {"size_m2"}), kAsOf); }),
            "store_features: the store store 1000000 is there twice; expected one row a store");
  EXPECT_EQ(message_of([&] { build_design(synthetic_stores(5), preset_options("original"), std::nullopt); }),
            "store_features: it is not known on which day the stores' ages are measured; expected "
            "store_features.json with its as_of; run `aisle features`, or set features.as_of");
}

TEST(Design, ANewStoreIsPlacedByTheTrainingsFigures) {
  const Table stores = canonical_stores(synthetic_stores(50), kAsOf);
  const Options options = preset_options("original");
  const Design design = build_design(stores, options, kAsOf);
  // One store of the training alone lands where it was: nothing comes from the batch.
  std::vector<std::string> notes;
  const Matrix alone = project_design(design.fit, stores.take({17}), notes);
  for (std::size_t col = 0; col < alone.n_cols(); ++col) {
    EXPECT_NEAR(alone(0, col), design.matrix(17, col), 1e-12);
  }
  EXPECT_TRUE(notes.empty());
  // A level that the fit lacks stands at the average: it adds nothing to any axis.
  Table unseen = stores.take({17});
  column_of(unseen, "regional").texts[0] = "somewhere else";
  const Matrix placed = project_design(design.fit, unseen, notes);
  EXPECT_TRUE(has_note(notes, "regional 'somewhere else' was not seen in the fit"));
  EXPECT_NE(placed(0, 0), alone(0, 0));
  for (std::size_t col = 5; col < placed.n_cols(); ++col) EXPECT_EQ(placed(0, col), alone(0, col));
  // A column that is missing stands at the training's median.
  const Table one_store = stores.take({17});
  Table without;
  for (const Column& column : one_store.columns()) {
    if (column.name != "avg_ticket_item") without.add(column);
  }
  notes.clear();
  project_design(design.fit, without, notes);
  EXPECT_TRUE(has_note(notes, "there is no avg_ticket_item"));
}

TEST(Design, NothingThatVariesGivesOneColumnOfZeros) {
  Table stores = synthetic_stores(6).take({2, 2, 2});
  column_of(stores, "store_id").texts = {"a", "b", "c"};
  const Design design = build_design(stores, columns_options({"regional", "log1p(size_m2)"}, {}), kAsOf);
  ASSERT_EQ(design.matrix.n_cols(), 1U);
  for (std::size_t row = 0; row < 3; ++row) EXPECT_EQ(design.matrix(row, 0), 0.0);
}

TEST(Design, AColumnThatBecameTextAfterTheFitIsNamed) {
  const Table stores = synthetic_stores(40);
  const Design fitted = build_design(stores, columns_options({}, {"total_revenue"}), kAsOf);
  for (const bool as_text : {true, false}) {
    Table later;
    for (const Column& column : stores.columns()) {
      if (column.name != "total_revenue") later.add(column);
    }
    if (as_text) {
      later.add(text_column("total_revenue", std::vector<std::string>(40, "1.234,50")));
    } else {
      Column date = int_column("total_revenue", std::vector<std::int64_t>(40, kAsOf));
      date.type = ColumnType::kDate;
      later.add(date);
    }
    std::vector<std::string> notes;
    try {
      project_design(fitted.fit, later, notes);
      FAIL() << "nothing was thrown";
    } catch (const DataError& error) {
      EXPECT_EQ(error.what(), std::string("store_features: total_revenue is of type ") +
                                  (as_text ? "text" : "date") + "; expected int64 or double, as in the fit");
    }
  }
}

}  // namespace
}  // namespace aisle
