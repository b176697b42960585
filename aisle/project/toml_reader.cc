#include "aisle/project/toml_reader.h"

// toml++ 3.3 asserts what malformed text can break (a table header that begins with a NUL) before it refuses
// the text with an error: the error is enough.
#define TOML_ASSERT(expression) static_assert(true)
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

std::string text_of(const toml::node& node) {
  std::ostringstream out;
  if (const auto* table = node.as_table()) {
    out << *table;
  } else if (const auto* array = node.as_array()) {
    out << *array;
  } else {
    node.visit([&out](const auto& leaf) {
      if constexpr (toml::is_value<decltype(leaf)>) out << leaf.get();
    });
  }
  return out.str();
}

// Dates and times become their ISO text. None for what no option takes (lists of other things than texts).
std::optional<OptionValue> value_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* on = node.as_boolean()) return on->get();
  if (const auto* array = node.as_array()) {
    std::vector<std::string> items;
    for (const toml::node& item : *array) {
      const auto* text = item.as_string();
      if (text == nullptr) return std::nullopt;
      items.push_back(text->get());
    }
    return items;
  }
  if (node.is_date() || node.is_time() || node.is_date_time()) return text_of(node);
  return std::nullopt;
}

void flatten(const toml::table& table, std::vector<std::string>& path, std::vector<TomlEntry>& entries) {
  for (const auto& [key, node] : table) {
    path.emplace_back(key.str());
    const auto* inner = node.as_table();
    if (inner != nullptr && !inner->empty()) {
      flatten(*inner, path, entries);
    } else {
      TomlEntry entry;
      entry.path = path;
      entry.is_empty_table = inner != nullptr;
      entry.line = static_cast<int>(key.source().begin.line);
      entry.value = value_of(node);
      entry.shown = text_of(node);
      if (const auto* text = node.as_string()) entry.shown = "'" + text->get() + "'";
      entries.push_back(std::move(entry));
    }
    path.pop_back();
  }
}

toml::table parsed(std::string_view text, const std::string& where) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw InvalidInput({where + ":" + std::to_string(error.source().begin.line),
                        "this is not TOML: " + std::string(error.description()), "", ""});
  }
}

// The library counts lines and, within one, code points, both from 1.
std::size_t offset_of(std::string_view text, const toml::source_position& position) {
  std::size_t at = 0;
  for (toml::source_index line = 1; line < position.line; ++line) at = text.find('\n', at) + 1;
  for (toml::source_index column = 1; column < position.column && at < text.size(); ++column) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

}  // namespace

std::optional<TomlPlace> find_toml_value(std::string_view text, const std::string& where,
                                         const std::vector<std::string>& path) {
  const toml::table table = parsed(text, where);
  const toml::node* node = &table;
  for (const std::string& part : path) {
    const toml::table* inner = node->as_table();
    node = inner == nullptr ? nullptr : inner->get(part);
    if (node == nullptr) return std::nullopt;
  }
  const toml::table* table_there = node->as_table();
  return TomlPlace{.begin = offset_of(text, node->source().begin),
                   .end = offset_of(text, node->source().end),
                   .line = static_cast<int>(node->source().begin.line),
                   .is_table_of_lines = table_there != nullptr && !table_there->is_inline()};
}

std::vector<TomlEntry> read_toml(std::string_view text, const std::string& where) {
  std::vector<TomlEntry> entries;
  const toml::table table = parsed(text, where);
  std::vector<std::string> path;
  flatten(table, path, entries);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const TomlEntry& left, const TomlEntry& right) { return left.line < right.line; });
  return entries;
}

std::optional<OptionValue> read_toml_value(std::string_view text) {
  if (text.find('\n') != std::string_view::npos) return std::nullopt;
  try {
    const toml::table table = toml::parse("value = " + std::string(text));
    if (table.size() != 1) return std::nullopt;
    return value_of(*table.get("value"));
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

}  // namespace aisle
