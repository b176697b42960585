// aisle.toml as a flat list of keys with their lines. The only place that knows the TOML library.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aisle/project/option_value.h"

namespace aisle {

// One "key = value", or an empty table.
struct TomlEntry {
  std::vector<std::string> path;     // {"famd", "n_components"}; parts may hold dots
  std::optional<OptionValue> value;  // none for an empty table, or a value that no option can have
  std::string shown;                 // the value as messages show it
  bool is_empty_table = false;
  int line = 0;
};

// In the order of the file. Throws InvalidInput "WHERE:LINE: ..." for text that is not TOML.
std::vector<TomlEntry> read_toml(std::string_view text, const std::string& where);

// Where a value stands: bytes of the text, the end not counted.
struct TomlPlace {
  std::size_t begin = 0;
  std::size_t end = 0;
  int line = 0;
  bool is_table_of_lines = false;  // a table that is no inline one: its bytes are not in one place
};

// Where the value of the key at `path` stands; none where the key is not said. Throws as read_toml does.
std::optional<TomlPlace> find_toml_value(std::string_view text, const std::string& where,
                                         const std::vector<std::string>& path);

// The one value that `text` is in TOML's syntax; none when it is not TOML.
std::optional<OptionValue> read_toml_value(std::string_view text);

}  // namespace aisle
