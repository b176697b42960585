// The two presets: defaults of the model that hang on model.preset.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aisle/project/option_value.h"

namespace aisle {

struct PresetDefault {
  std::string_view key;
  OptionValue value;
};

// "trading", "original".
const std::vector<std::string>& preset_names();

// Every option whose default hangs on the preset, with its value. `preset` is one of preset_names().
const std::vector<PresetDefault>& preset_defaults(std::string_view preset);

}  // namespace aisle
