// Expectations about a figure of the whole table: number of rows, mean, smallest, largest, newest, type.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aisle/quality/evaluate.h"

namespace aisle {

// The select list of one aggregate query; the same expression is computed once.
class Aggregates {
 public:
  // The place of the expression among the query's columns.
  std::size_t add(const std::string& sql);
  std::size_t count_where(const std::string& condition);  // "": every row
  std::string sql() const;                                // "SELECT ..., ..."

 private:
  std::map<std::string, std::size_t> places_;
  std::vector<std::string> list_;
};

// Where the answers to one expectation stand in the aggregate query.
struct AnswerPlaces {
  std::size_t considered = 0;
  std::size_t unexpected = 0;
  std::size_t figure = 0;
  std::size_t count = 0;  // mean: values summed
  double scale = 1.0;     // mean: what the sum is divided by
};

// Adds what the figure needs to the query. Throws InvalidInput when the column's type has no such figure.
AnswerPlaces plan_figure(const Expectation& expectation, const TableSchema& table, SqlDialect dialect,
                         Aggregates& aggregates, const std::string& where);

// Fills observed, success and, for a freshness, the bound that `as_of` makes.
void finish_figure(ExpectationResult& result, const AnswerPlaces& places, const Table& answer,
                   const TableSchema& table, const std::string& as_of, const std::string& where);

}  // namespace aisle
