// Reads aisle.toml and --set into Options.
#include "aisle/project/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <system_error>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/table.h"
#include "aisle/project/did_you_mean.h"
#include "aisle/project/option_table.h"
#include "aisle/project/presets.h"
#include "aisle/project/project_paths.h"
#include "aisle/project/staged_output.h"
#include "aisle/project/table_options.h"
#include "aisle/project/toml_reader.h"

namespace aisle {
namespace {

std::string joined(const std::vector<std::string>& path) {
  std::string key;
  for (const std::string& part : path) key += (key.empty() ? "" : ".") + part;
  return key;
}

// Options that are being read, and where each key was said last ("aisle.toml:12", "--set a.b=c").
struct Reading {
  Options options;
  std::map<std::string, std::string, std::less<>> said;

  std::string where_of(std::string_view key) const {
    const auto found = said.find(key);
    return found == said.end() ? std::string(key) : found->second;
  }
};

[[noreturn]] void refuse_unknown_key(const std::vector<std::string>& path, const std::string& where) {
  const std::string key = joined(path);
  const std::vector<std::string>& sections = option_sections();
  std::vector<std::string> keys;
  for (const OptionRow& row : option_table()) keys.emplace_back(row.key);
  if (path.size() > 1 && std::find(sections.begin(), sections.end(), path[0]) == sections.end()) {
    const std::string nearest = nearest_name(key, keys);
    throw InvalidInput({where, "unknown section '" + path[0] + "'", "",
                        nearest.empty() || path[0] == nearest.substr(0, nearest.find('.'))
                            ? did_you_mean(path[0], sections)
                            : "did you mean '" + nearest + "'?"});
  }
  // Within a section only its own names are near; elsewhere a name may simply stand in the wrong section.
  std::string remedy;
  if (path.size() > 1) {
    std::vector<std::string> names;
    for (const OptionRow& row : option_table()) {
      if (row.section() == path[0]) names.push_back(row.name());
    }
    const std::string nearest = nearest_name(path[1], names);
    if (!nearest.empty()) remedy = "did you mean '" + path[0] + "." + nearest + "'?";
  }
  for (const OptionRow& row : option_table()) {
    if (remedy.empty() && row.name() == path.back()) remedy = "did you mean '" + std::string(row.key) + "'?";
  }
  if (remedy.empty()) remedy = did_you_mean(key, keys);
  throw InvalidInput({where, "unknown key '" + key + "'", "", remedy});
}

void apply_map_entry(Reading& reading, const OptionRow& row, const TomlEntry& entry,
                     const std::string& where) {
  auto entries = std::get<std::map<std::string, std::string>>(row.get(reading.options));
  const std::string* text = entry.value ? std::get_if<std::string>(&*entry.value) : nullptr;
  if (text == nullptr) {
    throw InvalidInput({where, joined(entry.path) + " is " + entry.shown, one_of(row.choices), ""});
  }
  const std::map<std::string, std::string> one = {
      {joined({entry.path.begin() + 2, entry.path.end()}), *text}};
  check_option(row, one, where);
  for (const auto& [name, value] : one) entries[name] = value;
  row.set(reading.options, entries);
}

void apply_entry(Reading& reading, const TomlEntry& entry, const std::string& where) {
  const std::vector<std::string>& path = entry.path;
  if (path[0] == "tables") {
    apply_table_entry(reading.options, entry, where);
    return;
  }
  const std::vector<std::string>& sections = option_sections();
  if (entry.is_empty_table && path.size() == 1 &&
      std::find(sections.begin(), sections.end(), path[0]) != sections.end()) {
    return;
  }
  if (path.size() == 1 && entry.is_empty_table) {
    throw InvalidInput({where, "unknown section '" + path[0] + "'", "", did_you_mean(path[0], sections)});
  }
  const std::string key = path.size() > 2 ? path[0] + "." + path[1] : joined(path);
  const OptionRow* row = find_option(key);
  if (row == nullptr || (path.size() > 2 && row->type != OptionType::kMap)) refuse_unknown_key(path, where);
  reading.said[key] = where;
  if (row->type == OptionType::kMap && (path.size() > 2 || entry.is_empty_table)) {
    if (!entry.is_empty_table) apply_map_entry(reading, *row, entry, where);
    return;
  }
  if (!entry.value) throw InvalidInput({where, key + " is " + entry.shown, option_expected(*row), ""});
  row->set(reading.options, check_option(*row, *entry.value, where));
}

// A version is looked at before anything else: a newer file may hold keys that this program cannot know.
void check_format(const std::vector<TomlEntry>& entries, const std::string& where) {
  for (const TomlEntry& entry : entries) {
    if (entry.path != std::vector<std::string>{"format"} || !entry.value) continue;
    const auto* version = std::get_if<std::int64_t>(&*entry.value);
    if (version == nullptr || *version <= kOptionsFormat) continue;
    throw InvalidInput({where + ":" + std::to_string(entry.line),
                        "this file has format " + std::to_string(*version) + ", from a newer aisle",
                        "format " + std::to_string(kOptionsFormat) + " or older", "use a newer aisle"});
  }
}

std::vector<std::string> split_list(std::string text) {
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
  std::vector<std::string> items;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    std::string item = text.substr(start, comma - start);
    item.erase(0, item.find_first_not_of(" \t"));
    item.erase(item.find_last_not_of(" \t") + 1);
    if (!item.empty()) items.push_back(std::move(item));
    start = comma + 1;
  }
  return items;
}

// The value of an override: TOML's syntax, and where text is wanted also the bare words.
OptionValue override_value(const OptionRow* row, const std::string& text) {
  const bool quoted = !text.empty() && (text.front() == '"' || text.front() == '\'');
  const bool wants_text = row == nullptr || row->type == OptionType::kText ||
                          row->type == OptionType::kDate || row->type == OptionType::kChoice ||
                          row->type == OptionType::kMap;
  const std::optional<OptionValue> value = read_toml_value(text);
  if (wants_text && !quoted && !(value && row == nullptr && std::holds_alternative<bool>(*value)))
    return text;
  if (row != nullptr && row->type == OptionType::kList &&
      (!value || !std::holds_alternative<std::vector<std::string>>(*value))) {
    return split_list(text);
  }
  return value ? *value : OptionValue(text);
}

// "section.key=value". The last part of a path may hold dots: tables.NAME.columns.COLUMN takes three splits.
void apply_override(Reading& reading, const std::string& text) {
  const std::string where = "--set " + text;
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw InvalidInput({where, "there is no key and value", "section.key=value", ""});
  }
  TomlEntry entry;
  std::string key = text.substr(0, equals);
  key.erase(key.find_last_not_of(" \t") + 1);
  std::string value = text.substr(equals + 1);
  value.erase(0, value.find_first_not_of(" "));
  const std::size_t n_splits = key.starts_with("tables.") ? 3 : 2;
  std::size_t start = 0;
  while (entry.path.size() < n_splits) {
    const std::size_t dot = key.find('.', start);
    if (dot == std::string::npos) break;
    entry.path.push_back(key.substr(start, dot - start));
    start = dot + 1;
  }
  entry.path.push_back(key.substr(start));
  const OptionRow* row = nullptr;
  if (entry.path[0] != "tables") {
    const std::string name = entry.path.size() > 2 ? entry.path[0] + "." + entry.path[1] : key;
    row = find_option(name);
    if (row == nullptr) refuse_unknown_key(entry.path, where);
  }
  entry.value = override_value(row, value);
  entry.shown = "'" + value + "'";
  apply_entry(reading, entry, where);
}

void fill_preset(Reading& reading) {
  for (const PresetDefault& entry : preset_defaults(reading.options.model.preset)) {
    if (!reading.said.contains(entry.key)) find_option(entry.key)->set(reading.options, entry.value);
  }
}

bool is_memory_size(const std::string& text) {
  std::size_t digits = 0;
  while (digits < text.size() && std::isdigit(static_cast<unsigned char>(text[digits])) != 0) ++digits;
  std::string unit = text.substr(digits);
  unit.erase(0, unit.find_first_not_of(' '));
  static const std::vector<std::string> units = {"KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"};
  return digits > 0 && std::find(units.begin(), units.end(), unit) != units.end();
}

void check_limits(const Reading& reading) {
  const LimitOptions& limits = reading.options.limits;
  if (limits.max_share > 0 && limits.max_share < limits.min_share) {
    throw InvalidInput({reading.where_of("limits.max_share"),
                        fmt::format("limits.max_share is {}", limits.max_share),
                        fmt::format("0, or at least limits.min_share, which is {}", limits.min_share), ""});
  }
  if (limits.max_clusters > 0 && limits.max_clusters < limits.min_clusters) {
    throw InvalidInput({reading.where_of("limits.max_clusters"),
                        fmt::format("limits.max_clusters is {}", limits.max_clusters),
                        fmt::format("0, or at least limits.min_clusters, which is {}", limits.min_clusters),
                        ""});
  }
  if (limits.min_clusters * limits.min_share > 1) {
    throw InvalidInput({reading.where_of("limits.min_clusters"),
                        fmt::format("limits.min_clusters is {} and limits.min_share {}", limits.min_clusters,
                                    limits.min_share),
                        "at most 1 for the one times the other: clusters share the stores", ""});
  }
}

// Limits choose from HDBSCAN's hierarchy; the others are told their number.
void check_method(const Reading& reading) {
  const Options& options = reading.options;
  if (options.model.method == ClusterMethod::kHdbscan) return;
  const LimitOptions& limits = options.limits;
  const char* set = limits.min_share > 0      ? "limits.min_share"
                    : limits.max_share > 0    ? "limits.max_share"
                    : limits.min_clusters > 0 ? "limits.min_clusters"
                    : limits.max_clusters > 0 ? "limits.max_clusters"
                                              : nullptr;
  if (set == nullptr) return;
  const bool kmeans = options.model.method == ClusterMethod::kKmeans;
  throw InvalidInput(
      {reading.where_of(set), fmt::format("{} is set, and model.method is not hdbscan", set), "no limits",
       fmt::format("set {} instead", kmeans ? "kmeans.n_clusters" : "gaussian_mixture.n_components")});
}

// What no single row can check.
void check_together(const Reading& reading) {
  const Options& options = reading.options;
  const FeatureOptions& features = options.features;
  if (!features.from.empty() && !features.until.empty() && features.until < features.from) {
    throw InvalidInput({reading.where_of("features.until"),
                        "features.until is " + features.until + ", before features.from",
                        "a day from " + features.from + " on", ""});
  }
  const HdbscanOptionsSection& hdbscan = options.hdbscan;
  if (hdbscan.min_cluster_size == 1) {
    throw InvalidInput({reading.where_of("hdbscan.min_cluster_size"), "hdbscan.min_cluster_size is 1",
                        "0, or a whole number of at least 2", ""});
  }
  if (hdbscan.max_cluster_size != 0 && hdbscan.max_cluster_size < hdbscan.min_cluster_size) {
    throw InvalidInput(
        {reading.where_of("hdbscan.max_cluster_size"),
         "hdbscan.max_cluster_size is " + std::to_string(hdbscan.max_cluster_size),
         "0, or at least hdbscan.min_cluster_size, which is " + std::to_string(hdbscan.min_cluster_size),
         ""});
  }
  check_limits(reading);
  check_method(reading);
  if (!options.engine.memory_limit.empty() && !is_memory_size(options.engine.memory_limit)) {
    throw InvalidInput({reading.where_of("engine.memory_limit"),
                        "engine.memory_limit is '" + options.engine.memory_limit + "'",
                        "a number and a unit, e.g. 512MB or 2GB", ""});
  }
  if (options.engine.kind == EngineKind::kSpark && options.engine.spark_url.empty()) {
    throw InvalidInput({reading.where_of("engine.kind"), "engine.kind is spark and engine.spark_url is empty",
                        "the address of a Spark Connect server, e.g. engine.spark_url = \"sc://host:15002\"",
                        ""});
  }
  if (options.model.context.empty() && options.model.behaviour.empty()) {
    throw InvalidInput({reading.where_of("model.context"), "model.context and model.behaviour are both empty",
                        "at least one column", ""});
  }
  for (const std::string& entry : options.model.context) {
    parse_column_entry(entry, reading.where_of("model.context"));
  }
  for (const std::string& entry : options.model.behaviour) {
    parse_column_entry(entry, reading.where_of("model.behaviour"));
  }
}

}  // namespace

Options parse_options(const std::string& toml, const std::string& where,
                      const std::vector<std::string>& overrides) {
  const std::vector<TomlEntry> entries = read_toml(toml, where);
  check_format(entries, where);
  Reading reading;
  for (const TomlEntry& entry : entries) {
    apply_entry(reading, entry, where + ":" + std::to_string(entry.line));
  }
  for (const std::string& text : overrides) apply_override(reading, text);
  fill_preset(reading);
  check_together(reading);
  return std::move(reading.options);
}

int min_cluster_size_for(const HdbscanOptionsSection& options, std::int64_t n_stores) {
  if (options.min_cluster_size != 0) return options.min_cluster_size;
  const std::int64_t size = std::max<std::int64_t>(5, n_stores / 50);
  const std::int64_t limit = options.max_cluster_size == 0 ? size : std::max(2, options.max_cluster_size);
  return static_cast<int>(std::min(size, limit));
}

Options load_options(const std::filesystem::path& project_dir, const std::vector<std::string>& overrides) {
  const ProjectPaths paths(project_dir);
  std::error_code error;
  if (!std::filesystem::exists(paths.root, error) && !error) {
    throw InvalidInput({paths.root.string(), "there is no such folder", "",
                        "name your project's folder with --project, or make one with `aisle init`"});
  }
  if (!std::filesystem::exists(paths.options_file, error) && !error) {
    throw InvalidInput({paths.root.string(), "this folder has no aisle.toml", "",
                        "go to your project, name it with --project, or make one with `aisle init`"});
  }
  return parse_options(read_file(paths.options_file), "aisle.toml", overrides);
}

std::string canonical_options(const Options& options, const std::vector<std::string>& sections) {
  const auto wanted = [&](const std::string& section, const std::string& key) {
    return std::find(sections.begin(), sections.end(), section) != sections.end() ||
           std::find(sections.begin(), sections.end(), key) != sections.end();
  };
  std::string lines;
  for (const OptionRow& row : option_table()) {
    if (!wanted(row.section(), std::string(row.key))) continue;
    lines += std::string(row.key) + " = " + toml_text(row.get(options)) + "\n";
  }
  for (const auto& [name, source] : options.tables) {
    if (wanted("tables", "tables." + name)) lines += canonical_table(name, source);
  }
  return lines;
}

}  // namespace aisle
