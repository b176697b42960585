#include "aisle/flow/asset_state.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr int kFormat = 1;

// The coarsest time stamps that file systems keep. A file that is written again within one of them can keep
// its size, time and inode, so the digest of one that has just changed says nothing about it later.
constexpr std::int64_t kTimeStampNanoseconds = 2'000'000'000;

std::int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

std::int64_t now_nanoseconds() {
  timespec now = {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now);
}

fs::path digest_cache_file(const ProjectPaths& paths) {
  return paths.state / "digests.json";
}

json figures_to_json(const std::vector<Figure>& figures) {
  json result = json::object();
  for (const Figure& figure : figures) {
    std::visit([&](const auto& value) { result[figure.name] = value; }, figure.value);
  }
  return result;
}

std::vector<Figure> figures_from_json(const json& document) {
  std::vector<Figure> figures;
  for (const auto& [name, value] : document.items()) {
    if (value.is_number_integer()) {
      figures.push_back({name, value.get<std::int64_t>()});
    } else if (value.is_number()) {
      figures.push_back({name, value.get<double>()});
    } else if (value.is_string()) {
      figures.push_back({name, value.get<std::string>()});
    }
  }
  return figures;
}

json inputs_to_json(const AssetInputs& inputs) {
  return {{"code_version", inputs.code_version}, {"options", inputs.options}, {"digests", inputs.digests}};
}

AssetInputs inputs_from_json(const json& document) {
  AssetInputs inputs;
  inputs.code_version = document.at("code_version").get<int>();
  inputs.options = document.at("options").get<std::map<std::string, std::string>>();
  inputs.digests = document.at("digests").get<std::map<std::string, std::string>>();
  return inputs;
}

json record_to_json(const AssetRecord& record) {
  return {{"inputs", inputs_to_json(record.inputs)},
          {"failed_inputs", inputs_to_json(record.failed_inputs)},
          {"outputs", record.outputs},
          {"failure", record.failure},
          {"n_rows", record.n_rows},
          {"n_bytes", record.n_bytes},
          {"run", record.run_id},
          {"made_at", record.made_at},
          {"figures", figures_to_json(record.figures)}};
}

AssetRecord record_from_json(const json& document) {
  AssetRecord record;
  record.inputs = inputs_from_json(document.at("inputs"));
  record.failed_inputs = inputs_from_json(document.at("failed_inputs"));
  record.outputs = document.at("outputs").get<std::map<std::string, std::string>>();
  record.failure = document.at("failure").get<std::string>();
  record.n_rows = document.at("n_rows").get<std::int64_t>();
  record.n_bytes = document.at("n_bytes").get<std::int64_t>();
  record.run_id = document.at("run").get<std::string>();
  record.made_at = document.at("made_at").get<std::string>();
  record.figures = figures_from_json(document.at("figures"));
  return record;
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    // Names that start with a dot are editors' and systems', or what a process is still writing.
    if (entry.is_regular_file() && entry.path().filename().string().front() != '.')
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// First difference of two maps, as words; "" when they are equal.
std::string option_difference(const std::map<std::string, std::string>& before,
                              const std::map<std::string, std::string>& now) {
  std::string first;
  int n_changed = 0;
  const auto note = [&](const std::string& text) {
    if (n_changed++ == 0) first = text;
  };
  for (const auto& [key, value] : now) {
    const auto old = before.find(key);
    if (old == before.end()) {
      note(fmt::format("{} is now {}", key, value));
    } else if (old->second != value) {
      note(fmt::format("{} was {}, is {}", key, old->second, value));
    }
  }
  for (const auto& [key, value] : before) {
    if (!now.contains(key)) note(fmt::format("{} was {}, is no longer set", key, value));
  }
  if (n_changed > 1) first += fmt::format(" (and {} more option{})", n_changed - 1, n_changed > 2 ? "s" : "");
  return first;
}

std::string input_difference(const std::map<std::string, std::string>& before,
                             const std::map<std::string, std::string>& now) {
  std::vector<std::string> names;
  for (const auto& [key, digest] : now) {
    const auto old = before.find(key);
    if (old == before.end() || old->second != digest) names.push_back(key);
  }
  for (const auto& [key, digest] : before) {
    if (!now.contains(key)) names.push_back(key);
  }
  if (names.empty()) return "";
  return fmt::format("{} changed", fmt::join(names, ", "));
}

}  // namespace

AssetState::AssetState(const ProjectPaths& paths) : paths_(paths) {
  load();
}

// Both files only save work: one that cannot be read means that everything is made again.
void AssetState::load() {
  std::error_code ignored;
  if (fs::exists(paths_.fingerprints, ignored)) {
    const json document = json::parse(read_file(paths_.fingerprints), nullptr, false);
    if (document.is_object() && document.value("format", 0) == kFormat) {
      try {
        for (const auto& [key, record] : document.at("assets").items())
          records_[key] = record_from_json(record);
      } catch (const json::exception&) {
        records_.clear();
      }
    }
  }
  if (fs::exists(digest_cache_file(paths_), ignored)) {
    const json document = json::parse(read_file(digest_cache_file(paths_)), nullptr, false);
    if (!document.is_object()) return;
    for (const auto& [path, entry] : document.items()) {
      if (!entry.is_array() || entry.size() != 4) continue;
      if (!entry[0].is_number() || !entry[1].is_number() || !entry[2].is_number() || !entry[3].is_string())
        continue;
      cache_[path] = {entry[0].get<std::int64_t>(), entry[1].get<std::int64_t>(),
                      entry[2].get<std::uint64_t>(), entry[3].get<std::string>(), true};
    }
  }
}

const AssetRecord* AssetState::find(const std::string& key) const {
  const auto found = records_.find(key);
  return found == records_.end() ? nullptr : &found->second;
}

void AssetState::set(const std::string& key, AssetRecord record) {
  records_[key] = std::move(record);
  records_changed_ = true;
}

void AssetState::save() {
  if (records_changed_) {
    json document = {{"format", kFormat}, {"assets", json::object()}};
    for (const auto& [key, record] : records_) document["assets"][key] = record_to_json(record);
    write_file(paths_.fingerprints, document.dump(1) + "\n");
    records_changed_ = false;
  }
  save_digests();
}

void AssetState::save_digests() {
  if (!cache_changed_) return;
  json document = json::object();
  for (const auto& [path, entry] : cache_) {
    if (entry.is_settled) document[path] = {entry.size, entry.modified, entry.inode, entry.digest};
  }
  try {
    write_file(digest_cache_file(paths_), document.dump() + "\n");
    cache_changed_ = false;
  } catch (const EnvironmentError&) {
    // The cache only saves work.
  }
}

std::string AssetState::file_digest(const fs::path& file) {
  const std::int64_t looked_at = now_nanoseconds();
  struct stat info = {};
  if (::stat(file.c_str(), &info) != 0) return "";
  CachedDigest now;
  now.size = info.st_size;
  now.modified = nanoseconds(info.st_mtim);
  now.inode = info.st_ino;
  CachedDigest& cached = cache_[paths_.relative(file)];
  if (cached.digest.empty() || cached.size != now.size || cached.modified != now.modified ||
      cached.inode != now.inode) {
    now.digest = digest_of_file(file);
    now.is_settled = now.modified + kTimeStampNanoseconds <= looked_at;
    cached = now;
    cache_changed_ = cache_changed_ || now.is_settled;
  }
  return cached.digest;
}

std::string AssetState::digest(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    std::string listing;
    for (const fs::path& file : files_below(path)) {
      listing += fs::relative(file, path).generic_string() + " " + file_digest(file) + "\n";
    }
    return digest_of(listing);
  }
  return file_digest(path);
}

std::string AssetState::digest(const std::vector<fs::path>& files) {
  std::vector<std::string> lines;
  for (const fs::path& file : files) lines.push_back(paths_.relative(file) + " " + file_digest(file) + "\n");
  std::sort(lines.begin(), lines.end());
  return digest_of(fmt::format("{}", fmt::join(lines, "")));
}

const char* freshness_name(Freshness freshness) {
  switch (freshness) {
    case Freshness::kFresh:
      return "fresh";
    case Freshness::kStale:
      return "stale";
    case Freshness::kMissing:
      return "missing";
    case Freshness::kFailed:
      return "failed";
  }
  return "unknown";
}

AssetStatus asset_status(const AssetDefinition& asset, const AssetInputs& inputs, AssetState& state,
                         const ProjectPaths& paths) {
  const AssetRecord* record = state.find(asset.key);
  if (record == nullptr) return {asset.key, Freshness::kMissing, "it was never made"};
  if (!record->failure.empty() && record->failed_inputs == inputs) {
    return {asset.key, Freshness::kFailed, record->failure};
  }
  if (!record->was_made()) return {asset.key, Freshness::kMissing, "it was never made"};
  for (const auto& [path, digest] : record->outputs) {
    const std::string now = state.digest(paths.root / path);
    if (now.empty()) return {asset.key, Freshness::kMissing, path + " is not there"};
    if (now != digest) return {asset.key, Freshness::kStale, path + " was altered since it was made"};
  }
  std::string why;
  if (record->inputs.code_version != inputs.code_version) {
    why = "a newer aisle makes it differently";
  } else if (std::string options = option_difference(record->inputs.options, inputs.options);
             !options.empty()) {
    why = std::move(options);
  } else {
    why = input_difference(record->inputs.digests, inputs.digests);
  }
  return {asset.key, why.empty() ? Freshness::kFresh : Freshness::kStale, why};
}

}  // namespace aisle
