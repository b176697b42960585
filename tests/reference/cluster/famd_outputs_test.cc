// All outputs of FAMD against prince and against FactoMineR's formulae, with and without weights; the data
// and its maker are in tests/data/famd.
#include "aisle/cluster/famd_outputs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/csv.h"

namespace aisle {
namespace {

using testing::Csv;
using testing::read_csv;

constexpr double kTolerance = 1e-9;
constexpr std::size_t kAxes = 4;

std::string path_of(const std::string& file) {
  return std::string(AISLE_SOURCE_DIR) + "/tests/data/famd/" + file;
}

nlohmann::json expected(const char* maker) {
  return nlohmann::json::parse(std::ifstream(path_of("expected.json")))[maker];
}

MixedData columns_of(const Csv& csv, const std::vector<std::string>& numeric,
                     const std::vector<std::string>& categorical) {
  MixedData data;
  data.numeric_names = numeric;
  data.numeric = Matrix(csv.n_rows(), numeric.size());
  for (std::size_t col = 0; col < numeric.size(); ++col) {
    const std::vector<double> values = csv.doubles(numeric[col]);
    for (std::size_t row = 0; row < values.size(); ++row) data.numeric(row, col) = values[row];
  }
  for (const std::string& name : categorical) {
    data.categorical.push_back(categorical_column(name, csv.columns.at(name)));
  }
  return data;
}

MixedData active() {
  return columns_of(read_csv(path_of("input.csv")), {"age", "size", "sales"}, {"format", "place", "region"});
}

MixedData weighted() {
  MixedData data = active();
  data.numeric_weights = {0.5, 2.0, 1.0};
  data.categorical[0].weight = 1.5;
  data.categorical[1].weight = 0.7;
  data.row_weights = read_csv(path_of("input.csv")).doubles("weight");
  return data;
}

MixedData supplementary() {
  return columns_of(read_csv(path_of("input.csv")), {"margin"}, {"owner"});
}

// By axis 1 or -1: what turns our row coordinates to theirs.
std::vector<double> turns(const Matrix& ours, const nlohmann::json& theirs) {
  std::vector<double> signs;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    double dot = 0;
    for (std::size_t row = 0; row < ours.n_rows(); ++row) {
      dot += ours(row, axis) * theirs[row][axis].get<double>();
    }
    signs.push_back(dot < 0 ? -1 : 1);
  }
  return signs;
}

void expect_near(const Matrix& ours, const nlohmann::json& theirs, const std::vector<double>& signs,
                 const char* what) {
  ASSERT_EQ(ours.n_rows(), theirs.size()) << what;
  for (std::size_t row = 0; row < ours.n_rows(); ++row) {
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      ASSERT_NEAR(ours(row, axis) * signs[axis], theirs[row][axis].get<double>(), kTolerance)
          << what << " row " << row << " axis " << axis;
    }
  }
}

void expect_values(const std::vector<double>& ours, const nlohmann::json& theirs) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t item = 0; item < ours.size(); ++item) {
    EXPECT_NEAR(ours[item], theirs[item].get<double>(), kTolerance);
  }
}

const std::vector<double> kAsIs(kAxes, 1.0);

TEST(FamdOutputs, AreThoseOfPrince) {
  const nlohmann::json prince = expected("prince");
  const Famd famd = fit_famd(active(), kAxes);
  expect_values(famd.eigenvalues, prince["eigenvalues"]);
  expect_values(percentage_of_variance(famd), prince["percentage_of_variance"]);
  expect_values(cumulative_percentage_of_variance(famd), prince["cumulative_percentage_of_variance"]);
  const FamdRows rows = famd_rows(famd, active());
  const std::vector<double> signs = turns(rows.coordinates, prince["row_coordinates"]);
  expect_near(rows.coordinates, prince["row_coordinates"], signs, "rows");
  expect_near(rows.contributions, prince["row_contributions"], kAsIs, "row contributions");
  const FamdColumns columns = famd_columns(famd);
  expect_near(columns.contributions, prince["column_contributions"], kAsIs, "column contributions");
  // prince gives a level's loading times the root of the eigenvalue, not its barycentre.
  Matrix scaled = famd.loadings;
  for (std::size_t row = 0; row < scaled.n_rows(); ++row) {
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      scaled(row, axis) *= std::sqrt(famd.eigenvalues[axis]);
      if (row < 3) {
        EXPECT_NEAR(columns.coordinates(row, axis), scaled(row, axis), kTolerance);
      }
    }
  }
  expect_near(scaled, prince["column_coordinates"], signs, "columns");
  const FamdVariables variables = famd_variables(famd);
  expect_near(variables.coordinates, prince["variable_coordinates"], kAsIs, "variables");
  expect_near(variables.contributions, prince["variable_contributions"], kAsIs, "variable contributions");
}

void expect_factominer(const MixedData& data, const nlohmann::json& theirs) {
  const Famd famd = fit_famd(data, kAxes);
  expect_values(famd.eigenvalues, theirs["eigenvalues"]);
  EXPECT_NEAR(famd.total_inertia, theirs["total_inertia"].get<double>(), kTolerance);
  const FamdRows rows = famd_rows(famd, data);
  const std::vector<double> signs = turns(rows.coordinates, theirs["row_coordinates"]);
  expect_near(rows.coordinates, theirs["row_coordinates"], signs, "rows");
  expect_near(rows.contributions, theirs["row_contributions"], kAsIs, "row contributions");
  expect_near(rows.cos2, theirs["row_cos2"], kAsIs, "row cos2");
  const FamdColumns columns = famd_columns(famd);
  expect_near(columns.coordinates, theirs["column_coordinates"], signs, "columns");
  expect_near(columns.contributions, theirs["column_contributions"], kAsIs, "column contributions");
  expect_near(columns.cos2, theirs["column_cos2"], kAsIs, "column cos2");
  expect_near(columns.v_tests, theirs["v_tests"], signs, "v tests");
  const FamdVariables variables = famd_variables(famd);
  expect_near(variables.coordinates, theirs["variable_coordinates"], kAsIs, "variables");
  expect_near(variables.cos2, theirs["variable_cos2"], kAsIs, "variable cos2");
  const FamdSupplementary other = famd_supplementary(famd, data, supplementary());
  EXPECT_EQ(other.levels.front(), (std::vector<std::string>{"chain", "franchise", "partner"}));
  expect_near(other.correlations, theirs["supplementary_correlations"], signs, "correlations");
  expect_near(other.barycentres, theirs["supplementary_barycentres"], signs, "barycentres");
  expect_near(other.level_cos2, theirs["supplementary_cos2"], kAsIs, "level cos2");
  expect_near(other.v_tests, theirs["supplementary_v_tests"], signs, "supplementary v tests");
  expect_near(other.correlation_ratios, theirs["supplementary_eta2"], kAsIs, "correlation ratios");
}

TEST(FamdOutputs, AreFactoMineRs) {
  expect_factominer(active(), expected("factominer"));
}

TEST(FamdOutputs, AreFactoMineRsWithWeightsOfRowsAndColumns) {
  expect_factominer(weighted(), expected("factominer_weighted"));
}

}  // namespace
}  // namespace aisle
