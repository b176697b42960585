// How often each value of a table's keys stands there, and which of them another table knows. One grouping
// query of a table answers its foreign keys, its missing keys and its rows a day: grouping first and looking
// up each key once is several times cheaper than joining every row.
#pragma once

#include <string>
#include <vector>

#include "aisle/engine/engine.h"
#include "aisle/quality/rules.h"
#include "aisle/quality/volume.h"

namespace aisle {

class ValueCounts {
 public:
  // What to count; before run().
  void add_column(const std::string& column);
  void add_reference(const std::string& column, const std::string& table, const std::string& key);
  bool has(const std::string& column) const;

  // Counts; does nothing when nothing was added. The number of different values must fit in memory.
  void run(Engine& engine, const TableSchema& table, const RuleScope& scope);

  std::int64_t n_null(const std::string& column) const;
  // The values that the other table does not have, as columns v0 and n: the most frequent first, then by
  // value.
  Table unknown(const std::string& column, const std::string& table, const std::string& key) const;
  // Rows a day of a date column, without their stores.
  VolumeHistory days(const std::string& column) const;

 private:
  struct Reference {
    std::size_t column;
    std::string table;
    std::string key;
  };

  std::size_t place(const std::string& column) const;
  bool counts_column(std::size_t column, std::size_t row) const;

  std::vector<std::string> columns_;
  std::vector<Reference> references_;
  Table counts_;
};

}  // namespace aisle
