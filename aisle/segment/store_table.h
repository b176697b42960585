// The store features as the model reads them: one row a store, sorted by store id, ages filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aisle/base/table.h"

namespace aisle {

inline constexpr const char* kStoreId = "store_id";
inline constexpr const char* kYearsOpen = "anos_de_loja";
inline constexpr const char* kFitEligible = "fit_eligible";
// What a null of a category column is called: a level of its own.
inline constexpr const char* kMissingLevel = "(missing)";

// The rows sorted by the bytes of their store id, with `anos_de_loja` (whole days since opening_date on
// `as_of`, over 365.25; null where the date is null) added when opening_date is there and it is not.
// Throws DataError when there is no store_id column, a store has no id or an id is there twice, and when
// ages are needed and `as_of` (days since 1970) is empty.
Table canonical_stores(const Table& features, std::optional<std::int64_t> as_of);

// Whether a store takes part in the fit: its `fit_eligible`; true where there is no such column.
std::vector<std::uint8_t> eligibility(const Table& stores);

// Whether a store outside the fit is given a cluster afterwards: one whose history is too short (by its
// `fit_reason`; every one where there is no such column). A store that is closed, has stopped selling or
// never sold gets none.
std::vector<std::uint8_t> assigned_afterwards(const Table& stores);

// The text of a category column's row; kMissingLevel for a null.
std::string level_at(const Column& column, std::size_t row);

// Codes of a column's levels (sorted) for every row.
struct Levels {
  std::vector<std::string> names;
  std::vector<std::int32_t> codes;
};
Levels levels_of(const Column& column);

}  // namespace aisle
