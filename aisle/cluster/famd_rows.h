// Rows of mixed data as a fit reads them: z-scores and levels by the fit's own means, deviations and levels.
// Private to the room.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/cluster/famd.h"

namespace aisle {

// The weight of a row by MixedData::row_weights; 1 where none are given.
inline double row_weight(std::span<const double> row_weights, std::size_t row) {
  return row_weights.empty() ? 1.0 : row_weights[row];
}

double total_row_weight(std::span<const double> row_weights, std::size_t n_rows);

// Into how many chunks n_rows are cut for sums of n_cells cells each. By the sizes alone, never by threads;
// many cells get fewer chunks, so that memory stays within a small multiple of them.
std::size_t chunks_for_sums(std::size_t n_rows, std::size_t n_cells);

// Fills what standardises: names, means and deviations of the numeric columns; names, weights, levels and
// shares of the categorical ones, by name. A level without a row of the fit is left out.
void fit_standards(const MixedData& data, std::span<const double> row_weights, Famd& famd);

// Columns and levels are matched by name. Both arguments must outlive it.
class StandardRows {
 public:
  // Throws InvalidInput when a column of the fit is missing.
  StandardRows(const Famd& famd, const MixedData& data);

  std::size_t n_numeric() const { return places_.size(); }
  std::size_t n_categorical() const { return codes_.size(); }
  // z-scores by numeric column, without the columns' weights; 0 in a constant one.
  void read_numeric(std::size_t row, std::span<double> z) const;
  // By categorical column: the level's place among all levels of the fit, -1 for one that it lacks.
  void read_levels(std::size_t row, std::span<std::int32_t> levels) const;

 private:
  const Famd& famd_;
  const MixedData& data_;
  std::vector<std::size_t> places_;  // of the fit's numeric columns in the data
  std::vector<const std::int32_t*> codes_;
  std::vector<std::vector<std::int32_t>> level_of_code_;
};

// FactoMineR's test value of a level's barycentre (see FamdColumns); 0 where it is not defined.
double v_test(double coordinate, double eigenvalue, double share, std::size_t n_rows);

}  // namespace aisle
