#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "aisle/cluster/stability.h"
#include "aisle/insight/segments.h"
#include "aisle/insight/traits_json.h"
#include "aisle/segment/json_fields.h"
#include "aisle/segment/verdict_json.h"

namespace aisle {
namespace {

constexpr const char* kKind = "aisle-segments";

UnitKind parse_unit(const std::string& name, const std::string& where) {
  for (const UnitKind unit : {UnitKind::kAmount, UnitKind::kShare, UnitKind::kRatio, UnitKind::kYears}) {
    if (name == unit_name(unit)) return unit;
  }
  throw bad_document(where, fmt::format("has the unknown unit '{}'", name));
}

Json stability_fields(double mean_jaccard) {
  if (std::isnan(mean_jaccard)) return nullptr;
  return {{"mean_jaccard", mean_jaccard}, {"band", stability_band_name(stability_band(mean_jaccard))}};
}

Json null_line_json(const NullLine& line) {
  if (line.n_runs == 0) return nullptr;
  return {{"n_runs", line.n_runs},
          {"n_found", line.n_found},
          {"least", number_or_null(line.least)},
          {"most", number_or_null(line.most)}};
}

NullLine parse_null_line(const Json& json, const std::string& where) {
  if (json.is_null()) return {};
  return {.n_runs = field<std::int64_t>(json, "n_runs", where),
          .n_found = field<std::int64_t>(json, "n_found", where),
          .least = number_or_nan(json, "least", where),
          .most = number_or_nan(json, "most", where)};
}

std::vector<Trait> parse_traits(const Json& json, const std::string& where) {
  std::vector<Trait> traits;
  for (const Json& entry : json) {
    Trait trait;
    trait.column = field<std::string>(entry, "column", where);
    const auto level = field<Json>(entry, "level", where);
    if (!level.is_null()) trait.level = field<std::string>(entry, "level", where);
    trait.label = field<std::string>(entry, "label", where);
    trait.unit = parse_unit(field<std::string>(entry, "unit", where), where);
    trait.value = field<double>(entry, "value", where);
    trait.chain = field<double>(entry, "chain", where);
    trait.effect = field<double>(entry, "effect", where);
    trait.v_test = field<double>(entry, "v_test", where);
    trait.active = field<bool>(entry, "active", where);
    traits.push_back(std::move(trait));
  }
  return traits;
}

}  // namespace

std::string segments_json(const SegmentsSummary& summary) {
  Json segments = Json::array();
  for (const Segment& segment : summary.segments) {
    segments.push_back({{"cluster", segment.cluster},
                        {"n_stores", segment.n_stores},
                        {"n_inferred", segment.n_inferred},
                        {"share_of_stores", segment.share_of_stores},
                        {"revenue", number_or_null(segment.revenue)},
                        {"share_of_revenue", number_or_null(segment.share_of_revenue)},
                        {"stability", stability_fields(segment.stability)},
                        {"sets_apart", traits_json(segment.sets_apart)}});
  }
  const Json document = {{"kind", kKind},
                         {"format", kSegmentsFormat},
                         {"project", summary.project},
                         {"currency", summary.currency},
                         {"n_stores", summary.n_stores},
                         {"n_fitted", summary.n_fitted},
                         {"n_noise", summary.n_noise},
                         {"n_inferred", summary.n_inferred},
                         {"n_assigned", summary.n_assigned},
                         {"n_left_out", summary.n_left_out},
                         {"n_unassigned", summary.n_unassigned},
                         {"revenue", number_or_null(summary.revenue)},
                         {"segments", segments},
                         {"null_line", null_line_json(summary.null_line)},
                         {"notes", summary.notes},
                         {"verdict", verdict_json(summary.verdict)}};
  return document.dump(2) + "\n";
}

SegmentsSummary parse_segments(const std::string& text, const std::string& where) {
  const Json json = parse_document(text, where, kKind, kSegmentsFormat);
  const auto whole = [&](const char* key) { return field<std::int64_t>(json, key, where); };
  SegmentsSummary summary;
  summary.project = field<std::string>(json, "project", where);
  summary.currency = field<std::string>(json, "currency", where);
  summary.n_stores = whole("n_stores");
  summary.n_fitted = whole("n_fitted");
  summary.n_noise = whole("n_noise");
  summary.n_inferred = whole("n_inferred");
  summary.n_assigned = whole("n_assigned");
  summary.n_left_out = whole("n_left_out");
  summary.n_unassigned = whole("n_unassigned");
  summary.revenue = number_or_nan(json, "revenue", where);
  for (const Json& entry : field<Json>(json, "segments", where)) {
    Segment segment;
    segment.cluster = field<std::int64_t>(entry, "cluster", where);
    segment.n_stores = field<std::int64_t>(entry, "n_stores", where);
    segment.n_inferred = field<std::int64_t>(entry, "n_inferred", where);
    segment.share_of_stores = field<double>(entry, "share_of_stores", where);
    segment.revenue = number_or_nan(entry, "revenue", where);
    segment.share_of_revenue = number_or_nan(entry, "share_of_revenue", where);
    if (entry.contains("stability") && !entry["stability"].is_null()) {
      segment.stability = field<double>(entry["stability"], "mean_jaccard", where);
    }
    segment.sets_apart = parse_traits(field<Json>(entry, "sets_apart", where), where);
    summary.segments.push_back(std::move(segment));
  }
  // Documents of before it was written lack it.
  if (json.contains("null_line")) summary.null_line = parse_null_line(json["null_line"], where);
  summary.notes = field<std::vector<std::string>>(json, "notes", where);
  summary.verdict = parse_verdict(field<Json>(json, "verdict", where), where);
  return summary;
}

}  // namespace aisle
