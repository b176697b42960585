// Dense row-major matrices of double: a view that owns nothing and a matrix that owns its values.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace aisle {

// A read-only view of n_rows x n_cols doubles, row-major. Does not own; the values must outlive it.
class MatrixView {
 public:
  MatrixView() = default;  // no rows, no columns
  // `values` has n_rows x n_cols doubles.
  MatrixView(const double* values, std::size_t n_rows, std::size_t n_cols)
      : values_(values), n_rows_(n_rows), n_cols_(n_cols) {}

  std::size_t n_rows() const { return n_rows_; }  // n
  std::size_t n_cols() const { return n_cols_; }  // d
  // Whether there is no value.
  bool empty() const { return n_rows_ == 0 || n_cols_ == 0; }
  // The first value; the others follow row by row.
  const double* data() const { return values_; }
  // One row, below n_rows; nothing is checked, here and below.
  std::span<const double> row(std::size_t row) const { return {values_ + row * n_cols_, n_cols_}; }
  // One value.
  double operator()(std::size_t row, std::size_t col) const { return values_[row * n_cols_ + col]; }

 private:
  const double* values_ = nullptr;
  std::size_t n_rows_ = 0;
  std::size_t n_cols_ = 0;
};

// n_rows x n_cols doubles, row-major, zero at first. Converts to a view.
class Matrix {
 public:
  Matrix() = default;  // no rows, no columns
  // All zero.
  Matrix(std::size_t n_rows, std::size_t n_cols)
      : values_(n_rows * n_cols), n_rows_(n_rows), n_cols_(n_cols) {}

  std::size_t n_rows() const { return n_rows_; }  // n
  std::size_t n_cols() const { return n_cols_; }  // d
  // The first value; the others follow row by row.
  double* data() { return values_.data(); }
  // Likewise, to read.
  const double* data() const { return values_.data(); }
  // One row, below n_rows; nothing is checked, here and below.
  std::span<double> row(std::size_t row) { return {values_.data() + row * n_cols_, n_cols_}; }
  // Likewise, to read.
  std::span<const double> row(std::size_t row) const { return {values_.data() + row * n_cols_, n_cols_}; }
  // One value.
  double& operator()(std::size_t row, std::size_t col) { return values_[row * n_cols_ + col]; }
  // Likewise, to read.
  double operator()(std::size_t row, std::size_t col) const { return values_[row * n_cols_ + col]; }
  // The same values, which the view does not own.
  operator MatrixView() const { return {values_.data(), n_rows_, n_cols_}; }  // NOLINT: a view is a matrix

 private:
  std::vector<double> values_;
  std::size_t n_rows_ = 0;
  std::size_t n_cols_ = 0;
};

}  // namespace aisle
