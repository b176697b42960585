// Names of features in plain words, with the kind of their unit: what people read instead of column names.
#pragma once

#include <map>
#include <string>

namespace aisle {

// How a value is written: money and counts by difference from the chain in percent, shares as percent, ratios
// and ages as they are.
enum class UnitKind { kAmount, kShare, kRatio, kYears };
const char* unit_name(UnitKind unit);  // "amount", "share", "ratio" or "years"

struct FeatureLabel {
  std::string label;  // "sales per m2"
  UnitKind unit = UnitKind::kAmount;
  // What a cluster with more, or less, of it than the chain is called; where empty "high" or "low" and the
  // label.
  std::string high = {};
  std::string low = {};
};

// By column name. A name that ends in `*` stands for every column that begins so; the rest of the column's
// name follows its label ("share of dresses").
using FeatureLabels = std::map<std::string, FeatureLabel>;

// The labels of the features that aisle makes.
const FeatureLabels& feature_labels();

// The label of a column: its own, its pattern's, else the name with spaces for underscores. `high` and `low`
// are filled in.
FeatureLabel label_of(const FeatureLabels& labels, const std::string& column);

}  // namespace aisle
