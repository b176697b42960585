// A store's place in the model's space taken apart into features: each feature adds a vector, and the sum of
// them is the store's row of the matrix. FAMD's axes are linear in the standardised columns, so this is
// exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "aisle/insight/insight_data.h"
#include "aisle/insight/store_space.h"

namespace aisle {

// One numeric column of the model: adds score x direction.
struct NumberPart {
  std::string column;
  ColumnTransform transform = ColumnTransform::kNone;
  std::vector<double> scores;     // by point, standardised
  std::vector<double> direction;  // by column of the matrix
  double mean = 0;                // after the transform
  double deviation = 0;           // 0 for a constant column, whose scores are 0
};

// One category: adds the row of its level; an unseen level adds nothing.
struct LevelPart {
  std::string column;
  std::vector<std::int32_t> codes;  // by point, rows of `added`; -1: unseen
  Matrix added;                     // levels of the fit x columns of the matrix
};

struct FeatureParts {
  std::vector<NumberPart> numbers;
  std::vector<LevelPart> levels;
};

// Of the points of `space`.
FeatureParts feature_parts(const InsightData& data, const StoreSpace& space);

}  // namespace aisle
