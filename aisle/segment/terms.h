// What the model's column options say of a store table: `model.context` and `model.behaviour` with every
// column that their entries stand for. The entries' grammar is ColumnEntry's, in aisle/project/options.h.
#pragma once

#include <string>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/project/options.h"

namespace aisle {

// One entry of the options; `text` as it stands there.
struct Term {
  ColumnEntry entry;
  std::string text;
};

struct ModelTerms {
  std::vector<Term> context;
  std::vector<Term> behaviour;
};
// Throws InvalidInput for an entry that is none.
ModelTerms model_terms(const Options& options);

// One number that the model reads of each store.
struct NumericInput {
  std::string name;    // of the model's column, e.g. "log1p(size_m2)"
  std::string column;  // of the store features
  ColumnTransform transform = ColumnTransform::kNone;
  int composition = -1;  // index of the composition whose part this is (log-ratios only)
  double factor = 1.0;   // multiplies the standardised column: sqrt(weight / columns of the entry)
  double fill = 0.0;     // stands in for a null: the median of the fitted stores, before the transform
};

// One text or bool column of the context.
struct CategoryInput {
  std::string column;
  double factor = 1.0;
};

// One part of a whole, such as one category's share of revenue; `fill` as above.
struct CompositionPart {
  std::string column;
  double fill = 0.0;
  bool operator==(const CompositionPart&) const = default;
};
using Composition = std::vector<CompositionPart>;

// The terms with every column that they stand for. A column that two entries name the same way is taken once.
struct ModelColumns {
  std::vector<NumericInput> context_numeric;       // as configured, a pattern's columns sorted
  std::vector<CategoryInput> context_categorical;  // sorted by name
  std::vector<NumericInput> behaviour;             // as configured, a pattern's columns sorted
  std::vector<Composition> compositions;
  std::vector<std::string> absent;  // entries, as the options say them, that no column matches
};

// Matches terms with the columns of `features`. Throws InvalidInput for a date, for text among the
// behaviour, and for text under a transform.
ModelColumns resolve_terms(const ModelTerms& terms, const Table& features);

// "none", "log1p" or "clr".
const char* transform_name(ColumnTransform transform);

}  // namespace aisle
