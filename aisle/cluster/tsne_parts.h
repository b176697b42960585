// The steps that t-SNE and placement share. Private to the room.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "aisle/base/matrix.h"
#include "aisle/cluster/affinities.h"

namespace aisle {

// Row numbers in ascending order of their keys; 0..n-1 without keys.
std::vector<std::size_t> rows_in_key_order(std::size_t n_rows, std::span<const std::uint64_t> row_keys);

// The rows in the given order.
Matrix rows_taken(MatrixView points, std::span<const std::size_t> order);

// Multiplies by the power of two (the same for both) that brings the largest absolute value to about 1, so
// that squares neither overflow nor vanish; the map does not depend on scale.
void bring_to_unit_scale(Matrix& points, Matrix* others);

// The perplexity that n_others points can give: at most a third of them, at least 1.
double possible_perplexity(double asked, std::size_t n_others);

// pulls_i = sum_j p_ij q_ij (y_i - y_j) for the rows [begin, end); pulls is n x 2.
void attract(const Affinities& affinities, MatrixView positions, std::size_t begin, std::size_t end,
             Matrix& pulls);

// sum_ij p_ij log(1 + |y_i - y_j|^2).
double sum_p_log_distance(const Affinities& affinities, MatrixView positions);

// One coordinate's step of gradient descent with momentum and per-coordinate gains (Jacobs 1988): a gain
// grows by 0.2 while the gradient points against the last update's sign, else shrinks by a fifth, not below
// 0.01.
struct Descent {
  double learning_rate;
  double momentum;
  void step(double gradient, double& gain, double& update) const {
    const bool keeps_direction = (gradient > 0) != (update > 0);
    gain = keeps_direction ? gain + 0.2 : gain * 0.8;
    if (gain < 0.01) gain = 0.01;
    update = momentum * update - learning_rate * gain * gradient;
  }
};

}  // namespace aisle
