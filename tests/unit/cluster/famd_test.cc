// The edges of FAMD: signs, unseen and empty levels, constant columns, refusals.
#include "aisle/cluster/famd.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

MixedData small() {
  MixedData data;
  data.numeric_names = {"size"};
  data.numeric = Matrix(6, 1);
  const double sizes[] = {1, 2, 4, 8, 16, 32};
  for (std::size_t row = 0; row < 6; ++row) data.numeric(row, 0) = sizes[row];
  data.categorical = {categorical_column(
      "place", std::vector<std::string>{"mall", "mall", "street", "street", "street", "mall"})};
  return data;
}

template <typename Call>
std::string message_of(const Call& call) {
  try {
    call();
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "nothing was thrown";
}

// Two columns that are one another's negative load alike but for the sign: the first is the positive one.
TEST(Famd, TheFirstOfTiedLoadingsIsPositive) {
  for (const double turn : {1.0, -1.0}) {
    MixedData data;
    data.numeric_names = {"a", "b"};
    data.numeric = Matrix(5, 2);
    const double values[] = {0.1, 0.7, -0.3, 2.9, 1.1};
    for (std::size_t row = 0; row < 5; ++row) {
      data.numeric(row, 0) = turn * values[row];
      data.numeric(row, 1) = -turn * values[row];
    }
    const Famd famd = fit_famd(data, 1);
    EXPECT_GT(famd.loadings(0, 0), 0);
    EXPECT_LT(famd.loadings(1, 0), 0);
  }
}

TEST(Famd, AnUnseenLevelStandsAtTheAverageOfItsColumn) {
  const MixedData data = small();
  const Famd famd = fit_famd(data, 2);
  MixedData other = data;
  other.categorical[0] = {"place", {"airport", "mall", "street"}, {0, -1, 1, 2, 0, 1}};
  const Matrix seen = project(famd, data);
  const Matrix rows = project(famd, other);
  const auto numeric_part = [&](std::size_t row, std::size_t axis) {
    return (data.numeric(row, 0) - famd.means[0]) / famd.deviations[0] * famd.loadings(0, axis);
  };
  for (std::size_t axis = 0; axis < 2; ++axis) {
    EXPECT_EQ(rows(0, axis), numeric_part(0, axis)) << "a level that the fit lacks";
    EXPECT_EQ(rows(1, axis), numeric_part(1, axis)) << "code -1";
    EXPECT_EQ(rows(3, axis), seen(3, axis)) << "levels are matched by name, not by code";
  }
}

TEST(Famd, ALevelThatNoRowHasIsLeftOut) {
  MixedData data = small();
  const Famd expected = fit_famd(data, 3);
  data.categorical[0] = {"place", {"airport", "mall", "street"}, {1, 1, 2, 2, 2, 1}};
  const Famd famd = fit_famd(data, 3);
  EXPECT_EQ(famd.levels[0], (std::vector<std::string>{"mall", "street"}));
  EXPECT_EQ(famd.eigenvalues, expected.eigenvalues);
  EXPECT_EQ(famd.total_inertia, 2.0);
}

// The sum of ten 0.1 is not 1: a deviation by plain sums would be 1e-17 and its z-scores noise of size one.
TEST(Famd, AConstantColumnContributesNothing) {
  MixedData data = small();
  const Famd expected = fit_famd(data, 2);
  MixedData more = data;
  more.numeric_names = {"constant", "size"};
  more.numeric = Matrix(6, 2);
  for (std::size_t row = 0; row < 6; ++row) {
    more.numeric(row, 0) = 0.1;
    more.numeric(row, 1) = data.numeric(row, 0);
  }
  more.categorical.push_back(categorical_column("country", std::vector<std::string>(6, "BR")));
  const Famd famd = fit_famd(more, 4);
  EXPECT_EQ(famd.deviations[0], 0.0);
  EXPECT_EQ(famd.total_inertia, expected.total_inertia);
  ASSERT_EQ(famd.eigenvalues.size(), 2u) << "axes are cut to the rank's bound";
  for (std::size_t axis = 0; axis < 2; ++axis) {
    EXPECT_NEAR(famd.eigenvalues[axis], expected.eigenvalues[axis], 1e-12);
    EXPECT_NEAR(famd.loadings(0, axis), 0.0, 1e-12);
  }
}

TEST(Famd, NothingThatVariesLeavesNoAxis) {
  MixedData data;
  data.numeric_names = {"a"};
  data.numeric = Matrix(3, 1);
  const Famd famd = fit_famd(data, 5);
  EXPECT_TRUE(famd.eigenvalues.empty());
  EXPECT_TRUE(percentage_of_variance(famd).empty());
  EXPECT_EQ(project(famd, data).n_rows(), 3u);
  MixedData one = small();
  one.numeric = Matrix(1, 1);
  one.categorical[0].codes = {0};
  EXPECT_TRUE(fit_famd(one, 5).eigenvalues.empty());
}

TEST(Famd, RefusesWhatItCannotUse) {
  const auto refusal = [](const auto& change, int n_components = 2) {
    MixedData data = small();
    change(data);
    return message_of([&] { fit_famd(data, n_components); });
  };
  EXPECT_EQ(refusal([](MixedData&) {}, 0), "famd: n_components is 0; expected at least 1");
  EXPECT_EQ(refusal([](MixedData& data) { data.numeric(2, 0) = std::numeric_limits<double>::quiet_NaN(); }),
            "famd: column size, row 2 is nan; expected a finite number, neither NaN nor inf");
  EXPECT_EQ(refusal([](MixedData& data) { data.categorical[0].codes[1] = -1; }),
            "famd: column place, row 1 has code -1; expected 0 to 1");
  EXPECT_EQ(refusal([](MixedData& data) { data.categorical[0].codes.pop_back(); }),
            "famd: column place has 5 rows; expected 6 rows as in the other columns");
  EXPECT_EQ(refusal([](MixedData& data) {
              data.categorical[0].levels = {"street", "mall"};
            }),
            "famd: the levels of column place are not sorted; expected distinct levels, sorted");
  EXPECT_EQ(refusal([](MixedData& data) { data.categorical[0].name = "size"; }),
            "famd: column size is there twice; expected distinct names");
  EXPECT_EQ(refusal([](MixedData& data) { data.numeric_names.push_back("b"); }),
            "famd: 2 numeric names for 1 numeric columns; expected as many names as columns");
  EXPECT_EQ(message_of([] { fit_famd(MixedData(), 2); }), "famd: no columns; expected at least 1");
  const Famd famd = fit_famd(small(), 2);
  MixedData lacking = small();
  lacking.categorical.clear();
  EXPECT_EQ(message_of([&] { project(famd, lacking); }),
            "famd: categorical column place is missing; expected every column of the fit");
}

}  // namespace
}  // namespace aisle
