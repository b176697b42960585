// The preset `original` on the original platform's own store features: the matrix, the clusters, the figures.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "aisle/cluster/validity.h"
#include "aisle/segment/train.h"
#include "tests/reference/cluster/seed42.h"
#include "tests/unit/segment/temporary_project.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr double kMatrixTolerance = 1e-8;
constexpr double kValidityTolerance = 1e-9;

class Seed42 : public ::testing::Test {
 protected:
  Seed42() {
    fs::copy_file(seed42::path_of("store_features.parquet"), project_.paths.store_features);
    std::ofstream(project_.paths.processed / "store_features.json") << R"({"as_of": "2024-12-31"})";
    trained_ = train(*project_.engine, project_.paths, preset_options("original"), ignore_events);
    labels_ = seed42::read_csv("labels.csv");
    for (std::size_t row = 0; row < labels_.n_rows(); ++row) row_of_[labels_.columns["store_id"][row]] = row;
  }

  // The reference's labels in the order of our stores.
  std::vector<std::int32_t> reference(const std::string& name) {
    const auto values = labels_.ints(name);
    std::vector<std::int32_t> result;
    for (const std::string& id : trained_.model.store_ids) result.push_back(values[row_of_.at(id)]);
    return result;
  }

  std::vector<std::int32_t> ours(const std::string& name) const {
    const auto& values = trained_.stores.column(name).ints;
    return {values.begin(), values.end()};
  }

  TemporaryProject project_;
  TrainedModel trained_;
  seed42::Csv labels_;
  std::map<std::string, std::size_t> row_of_;
};

TEST_F(Seed42, MatrixIsTheReferencesUpToSigns) {
  const auto csv = seed42::read_csv("X_final.csv");
  const Matrix expected = seed42::matrix_of(csv);
  const Matrix& matrix = trained_.model.matrix;
  ASSERT_EQ(matrix.n_rows(), 100U);
  ASSERT_EQ(matrix.n_cols(), 10U);
  auto names = csv.names;
  names.erase(names.begin());
  EXPECT_EQ(trained_.model.design.names(), names);
  for (std::size_t col = 0; col < matrix.n_cols(); ++col) {
    double sign = 0;
    double largest = 0;
    for (std::size_t row = 0; row < 100; ++row) {
      const double value = expected(row_of_.at(trained_.model.store_ids[row]), col);
      if (std::abs(value) > largest) {
        largest = std::abs(value);
        // The store farthest out tells the sign.
        sign = value * matrix(row, col) < 0 ? -1 : 1;
      }
    }
    if (col >= 5 && largest > 0) {
      EXPECT_EQ(sign, 1);
    }
    for (std::size_t row = 0; row < 100; ++row) {
      const double value = expected(row_of_.at(trained_.model.store_ids[row]), col);
      EXPECT_NEAR(matrix(row, col) * (sign == 0 ? 1 : sign), value, kMatrixTolerance)
          << trained_.model.design.names()[col] << " of " << trained_.model.store_ids[row];
    }
  }
  EXPECT_NEAR(trained_.model.design.famd_scale, 1.4288346250636126, 1e-12);
}

TEST_F(Seed42, ClustersAreTheReferencesExactly) {
  EXPECT_EQ(trained_.metrics.n_clusters, 8);
  EXPECT_EQ(trained_.metrics.n_noise, 35);
  EXPECT_EQ(trained_.metrics.noise_ratio, 0.35);
  const auto expected = reference("cluster");
  const auto found = ours("cluster");
  EXPECT_EQ(adjusted_rand_index(found, expected), 1.0);
  for (std::size_t row = 0; row < found.size(); ++row) EXPECT_EQ(found[row] == -1, expected[row] == -1);
}

TEST_F(Seed42, ValidityIsTheReferences) {
  EXPECT_NEAR(trained_.metrics.dbcv_score, 0.10017048340542156, kValidityTolerance);
  const double reference_silhouette =
      silhouette(trained_.model.matrix, reference("cluster_final"), Metric::kEuclidean);
  EXPECT_NEAR(reference_silhouette, 0.12907746188330615, 1e-9);
  EXPECT_EQ(trained_.metrics.silhouette_score,
            silhouette(trained_.model.matrix, ours("cluster_final"), Metric::kEuclidean));
}

TEST_F(Seed42, NoiseIsAssignedAsTheReferencesForestDoes) {
  // The forests draw other numbers: match clusters by the stores that HDBSCAN placed, then count.
  const auto first = ours("cluster");
  const auto reference_first = reference("cluster");
  const auto final = ours("cluster_final");
  const auto reference_final = reference("cluster_final");
  std::map<std::int32_t, std::int32_t> name_of;
  for (std::size_t row = 0; row < first.size(); ++row) {
    if (first[row] >= 0) name_of[first[row]] = reference_first[row];
  }
  int n_equal = 0;
  for (std::size_t row = 0; row < final.size(); ++row) {
    ASSERT_GE(final[row], 0);
    n_equal += name_of.at(final[row]) == reference_final[row] ? 1 : 0;
    EXPECT_EQ(trained_.stores.column("is_inferred").ints[row], first[row] < 0 ? 1 : 0);
  }
  EXPECT_GE(n_equal, 90);
}

TEST_F(Seed42, ClusteredStoresHaveTheReferencesColumnsInItsOrder) {
  const std::vector<std::string> expected = {"store_name",
                                             "regional",
                                             "current_cluster_label",
                                             "opening_date",
                                             "placement",
                                             "storage_capacity_m2",
                                             "address",
                                             "city",
                                             "state",
                                             "total_revenue",
                                             "total_items_sold",
                                             "days_active",
                                             "avg_ticket_item",
                                             "rev_acessórios",
                                             "rev_calças",
                                             "rev_camisetas",
                                             "rev_casacos",
                                             "rev_vestidos",
                                             "avg_inventory_depth",
                                             "unique_products_stocked",
                                             "size_m2",
                                             "revenue_per_sqm",
                                             "anos_de_loja",
                                             "cluster",
                                             "cluster_final",
                                             "is_inferred",
                                             "store_id"};
  const Table written = read_parquet(*project_.engine, project_.paths.clustered_stores);
  ASSERT_GE(written.n_cols(), expected.size());
  for (std::size_t col = 0; col < expected.size(); ++col)
    EXPECT_EQ(written.columns()[col].name, expected[col]);
  ASSERT_EQ(written.n_rows(), 100U);
  EXPECT_EQ(written.column("cluster").ints, trained_.stores.column("cluster").ints);
  // Years open, against the reference's own input of FAMD.
  const auto input = seed42::read_csv("famd_input.csv");
  const auto years = input.doubles("anos_de_loja");
  for (std::size_t row = 0; row < 100; ++row) {
    const std::string id = written.column("store_id").texts[row];
    const auto at = std::find(input.columns.at("store_id").begin(), input.columns.at("store_id").end(), id);
    EXPECT_EQ(written.column("anos_de_loja").doubles[row],
              years[static_cast<std::size_t>(at - input.columns.at("store_id").begin())]);
  }
}

TEST_F(Seed42, VerdictSaysThatTheClustersAreWeakAndWhatTheyFollow) {
  const Verdict& verdict = trained_.metrics.verdict;
  EXPECT_EQ(verdict.grade, Grade::kWeak);
  std::map<std::vector<std::string>, double> found;
  for (const Repetition& repetition : verdict.repetitions) {
    found[repetition.columns] = repetition.adjusted_rand_index;
  }
  // The reference's indices are those of its own final labels, which differ on a few stores.
  EXPECT_NEAR(found.at({"regional", "placement"}), 0.4929914815740507, 0.1);
  EXPECT_NEAR(found.at({"regional"}), 0.3752716380202552, 0.1);
  EXPECT_NEAR(found.at({"placement"}), 0.1890833092583171, 0.1);
  EXPECT_NEAR(found.at({"current_cluster_label"}), -0.0121162, 0.05);
  EXPECT_FALSE(found.contains({"store_name"}));
  // Against the reference's final labels themselves the indices are the reference's.
  const auto with_reference = repetitions(trained_.stores, reference("cluster_final"));
  const auto pair = std::find_if(with_reference.begin(), with_reference.end(), [](const Repetition& one) {
    return one.columns == std::vector<std::string>{"regional", "placement"};
  });
  ASSERT_NE(pair, with_reference.end());
  EXPECT_NEAR(pair->adjusted_rand_index, 0.4929914815740507, 1e-12);
}

}  // namespace
}  // namespace aisle
