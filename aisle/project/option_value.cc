#include "aisle/project/option_value.h"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>

namespace aisle {
namespace {

struct TomlWriter {
  std::string operator()(const std::string& text) const { return toml_string(text); }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(bool on) const { return on ? "true" : "false"; }
  std::string operator()(double number) const {
    if (std::isnan(number)) return "nan";
    if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
    std::string text = fmt::format("{}", number);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
  }
  std::string operator()(const std::vector<std::string>& items) const {
    std::string text = "[";
    for (const std::string& item : items) {
      if (text.size() > 1) text += ", ";
      text += toml_string(item);
    }
    return text + "]";
  }
  std::string operator()(const std::map<std::string, std::string>& items) const {
    if (items.empty()) return "{}";
    std::string text = "{ ";
    for (const auto& [key, value] : items) {
      if (text.size() > 2) text += ", ";
      text += toml_string(key) + " = " + toml_string(value);
    }
    return text + " }";
  }
};

}  // namespace

std::string toml_text(const OptionValue& value) {
  return std::visit(TomlWriter{}, value);
}

std::string toml_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    switch (letter) {
      case '"':
        quoted += "\\\"";
        break;
      case '\\':
        quoted += "\\\\";
        break;
      case '\n':
        quoted += "\\n";
        break;
      case '\t':
        quoted += "\\t";
        break;
      case '\r':
        quoted += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
          quoted += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(letter)));
        } else {
          quoted += letter;
        }
    }
  }
  return quoted + "\"";
}

std::string one_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t item = 0; item < names.size(); ++item) {
    if (item > 0) text += item + 1 == names.size() ? " or " : ", ";
    text += names[item];
  }
  return text;
}

}  // namespace aisle
