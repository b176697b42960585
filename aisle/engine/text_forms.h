// How the text of a column is meant: as whole numbers, numbers with a decimal comma, or dates in some form.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aisle/engine/column_casts.h"
#include "aisle/engine/engine.h"
#include "aisle/project/options.h"

namespace aisle {

// Looks at a sample of a relation's text columns, and at all of it only where the sample leaves two forms.
class TextSniffer {
 public:
  // `dialect` wins over what is found; `delimiter` is the CSV's own, or "".
  TextSniffer(EmbeddedEngine& engine, std::string table, std::string relation, CsvDialect dialect,
              std::string delimiter);

  // Number or date, or nothing where the values are plain text (or have leading zeros, as keys do).
  std::optional<ColumnType> find_type(const std::string& value);
  // The forms for a column that is meant to be of `type`. Where nothing fits, the usual forms: the check of
  // the values then names the fault. Throws DataError where two readings fit and differ.
  TextForms find_forms(ColumnType type, const std::string& value, const std::string& shown);

  const std::vector<std::string>& notes() const { return notes_; }

 private:
  std::string sample(const std::string& value) const;
  std::string find_decimal(const std::string& value, const std::string& shown);
  std::string find_date_format(const std::string& value, const std::string& shown);
  std::vector<std::string> formats_that_fit(const std::vector<std::string>& formats,
                                            const std::string& relation);

  EmbeddedEngine& engine_;
  std::string table_;
  std::string relation_;
  CsvDialect dialect_;
  std::string delimiter_;
  std::vector<std::string> notes_;
};

}  // namespace aisle
