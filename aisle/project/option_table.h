// The one table of options: a row each, with key, type, range, help, and how it is read from and put into
// Options. Reading aisle.toml, --set, "did you mean", templates, completions and docs/options.md all use it.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "aisle/project/option_value.h"
#include "aisle/project/options.h"

namespace aisle {

enum class OptionType { kText, kDate, kChoice, kWhole, kNumber, kSwitch, kList, kMap };

struct OptionRow {
  std::string_view key;  // "famd.n_components"; keys outside a section have no dot
  OptionType type;
  std::string_view help;
  double low = -std::numeric_limits<double>::infinity();  // inclusive, for numbers
  double high = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};  // of a choice, or of a map's values
  bool by_preset = false;                 // the default hangs on model.preset
  OptionValue (*get)(const Options&) = nullptr;
  void (*set)(Options&, const OptionValue&) = nullptr;  // the value has passed check_option

  std::string section() const;  // "famd", or "" outside a section
  std::string name() const;     // "n_components"
};

const std::vector<OptionRow>& option_table();
// Null when there is no such key.
const OptionRow* find_option(std::string_view key);
// The sections in the order of the table, and "tables" among them.
const std::vector<std::string>& option_sections();

// The default of a row under a preset ("original" or "trading").
OptionValue option_default(const OptionRow& row, const std::string& preset);

// What a row takes, in words: "a whole number from 1 to 1000", "euclidean or manhattan".
std::string option_expected(const OptionRow& row);

// Brings a value to the row's own type (a whole number serves where any number does) and checks its range.
// Throws InvalidInput with `where`, key, value and what was expected.
OptionValue check_option(const OptionRow& row, const OptionValue& value, const std::string& where);

}  // namespace aisle
