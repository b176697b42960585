// Which rows of a table, and in which order, from what a request says: no SQL, so there is nothing to inject.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aisle/base/table.h"

namespace aisle {

// The rows that meet every condition of `where`, a JSON array of [COLUMN, OPERATOR, VALUE] with the operators
// =, !=, <, <=, >, >=, in and contains; "" is none. Text is compared by bytes, and by `contains` whatever the
// case of ASCII letters; COLUMN * with contains stands for any text column. A missing value only meets an
// `in` that has null. Throws InvalidInput for what is no such array, a column that is not there, or a value
// of another type than its column.
std::vector<std::size_t> filtered_rows(const Table& table, const std::string& where);

// Keeps the rows that `bits` names: a bit a row of the whole table in hexadecimal digits, the first row the
// highest bit of the first digit; "" keeps all. Throws InvalidInput for other digits, or more or fewer than
// the table has rows: another run may have written it meanwhile.
void keep_named_rows(const Table& table, const std::string& bits, std::vector<std::size_t>& rows);

// Orders rows by a column, "NAME" or "-NAME" for the largest first; of equal ones the order stays, and
// missing values come last. "" leaves them. Throws InvalidInput for a column that is not there.
void sort_rows(const Table& table, const std::string& by, std::vector<std::size_t>& rows);

// The columns that are named, in their order: names with commas between, or a JSON array of names; "" is all
// of them. Throws InvalidInput for a name that is not there or is there twice.
std::vector<const Column*> chosen_columns(const Table& table, const std::string& names);

}  // namespace aisle
