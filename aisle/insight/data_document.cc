#include "aisle/insight/data_document.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "aisle/insight/change.h"
#include "aisle/insight/drivers.h"
#include "aisle/insight/monthly.h"
#include "aisle/insight/numbers_json.h"
#include "aisle/insight/personas.h"
#include "aisle/insight/prize.h"
#include "aisle/insight/profiles.h"
#include "aisle/insight/segments.h"
#include "aisle/insight/store_map.h"
#include "aisle/insight/stores.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

// Options that the result depends on; threads and memory are none.
const std::vector<std::string> kSections = {"project",          "tables", "scope",  "quality",
                                            "features",         "model",  "famd",   "hdbscan",
                                            "gaussian_mixture", "kmeans", "forest", "identity"};

Json parse_whole(const std::string& text, const std::string& where, const std::string& remedy) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_object()) return json;
  throw DataError({.where = where, .what = "is not whole JSON", .expected = "", .remedy = remedy});
}

// The value of `key`, null where there is none: these documents are aisle's own, of this version or older.
Json taken(const Json& object, const char* key) {
  return object.contains(key) ? object.at(key) : Json(nullptr);
}

Json checks_part(const std::string& text) {
  if (text.empty()) return nullptr;
  const Json checks = parse_whole(text, "data/validation/checks.json", "run `aisle check` to make it anew");
  Json part = Json::object();
  for (const char* key : {"success", "message", "expectations", "failed", "quarantined"}) {
    part[key] = taken(checks, key);
  }
  Json tables = Json::array();
  for (const Json& table : checks.value("tables", Json::array())) {
    Json entry = Json::object();
    for (const char* key : {"name", "rows", "quarantined", "expectations"}) entry[key] = taken(table, key);
    tables.push_back(std::move(entry));
  }
  part["tables"] = tables;
  return part;
}

// What the fit wrote is empty for good reason.
constexpr std::array<std::string_view, 4> kOfTheFit = {"fit_reason", "probability", "inferred_share",
                                                       "outlier_score"};

// Features that some store lacks, most first.
Json missing_part(const InsightData& data) {
  std::vector<std::pair<std::size_t, std::string>> missing;
  for (const Column& column : data.stores.columns()) {
    if (std::find(kOfTheFit.begin(), kOfTheFit.end(), column.name) != kOfTheFit.end()) continue;
    if (column.null_count() > 0) missing.emplace_back(column.null_count(), column.name);
  }
  std::stable_sort(missing.begin(), missing.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  Json list = Json::array();
  for (const auto& [count, column] : missing) {
    list.push_back(
        {{"column", column}, {"label", label_of(data.labels, column).label}, {"n_missing", count}});
  }
  return list;
}

Json options_part(const Options& options) {
  Json part = Json::object();
  std::istringstream lines(canonical_options(options, kSections));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find(" = ");
    if (at != std::string::npos) part[line.substr(0, at)] = line.substr(at + 3);
  }
  return part;
}

Json formats_part() {
  return {{"aisle-segments", kSegmentsFormat}, {"aisle-profiles", kProfilesFormat},
          {"aisle-personas", kPersonasFormat}, {"aisle-stores", kStoresFormat},
          {"aisle-monthly", kMonthlyFormat},   {"aisle-prize", kPrizeFormat},
          {"aisle-change", kChangeFormat},     {"aisle-drivers", kDriversFormat},
          {"aisle-data", kDataFormat},         {"aisle-map", kMapFormat}};
}

constexpr const char* kRemakeFeatures = "run `aisle features` to make it anew";

}  // namespace

FeatureOrigin read_feature_origin(const ProjectPaths& paths) {
  const std::filesystem::path file = std::filesystem::path(paths.store_features).replace_extension(".json");
  FeatureOrigin origin;
  if (!std::filesystem::exists(file)) return origin;
  origin.document = read_file(file);
  const Json json = parse_whole(origin.document, paths.relative(file), kRemakeFeatures);
  for (const auto& [key, text] : {std::pair{"from", &origin.from}, std::pair{"until", &origin.until}}) {
    if (json.contains(key) && json[key].is_string()) *text = json[key].get<std::string>();
  }
  return origin;
}

std::string data_json(const InsightData& data, const FeatureOrigin& origin, const std::string& checks) {
  const Json features =
      origin.document.empty()
          ? Json::object()
          : parse_whole(origin.document, "data/processed/store_features.json", kRemakeFeatures);
  return document_text({{"kind", "aisle-data"},
                        {"format", kDataFormat},
                        {"fit", data.metrics.fit},
                        {"from", taken(features, "from")},
                        {"until", taken(features, "until")},
                        {"as_of", taken(features, "as_of")},
                        {"n_stores", data.metrics.n_stores},
                        {"n_fitted", data.metrics.n_fitted},
                        {"n_assigned", data.metrics.n_assigned},
                        {"n_left_out", data.metrics.n_left_out},
                        {"checks", checks_part(checks)},
                        {"missing", missing_part(data)},
                        {"groups", features.value("groups", Json::array())},
                        {"lost", features.value("lost", Json::array())},
                        {"notes", features.value("notes", Json::array())},
                        {"model_notes", data.metrics.notes},
                        {"options", options_part(data.options)},
                        {"version", AISLE_VERSION},
                        {"formats", formats_part()}});
}

}  // namespace aisle
