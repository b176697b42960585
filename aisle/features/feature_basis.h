// How a training made its features: what the features of stores that come later must be made by.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aisle/features/size_imputation.h"
#include "aisle/project/options.h"

namespace aisle {

// First and last month of summer.
struct SummerMonths {
  int first = 6;
  int last = 8;
};

struct FeatureBasis {
  std::string from;  // YYYY-MM-DD, first and last day of the sales
  std::string until;
  std::string as_of;                   // ages are measured on this day
  std::optional<SummerMonths> summer;  // documents of before it was written lack it
  std::optional<SizeFit> size_fit;
  std::vector<std::string> mix_categories;  // the names behind mix_*, sorted
  std::vector<std::string> groups;          // of features that were looked at
  // The options that shaped them: from, until, returns, mix_column and min_weeks; the others are defaults.
  // Documents of before they were written lack them.
  std::optional<FeatureOptions> options;
};

// "net", "drop" or "refuse".
const char* returns_name(ReturnsPolicy policy);

// Reads the document that features_json made. Throws DataError naming `where` for text that is none.
FeatureBasis parse_feature_basis(const std::string& document, const std::string& where);

}  // namespace aisle
