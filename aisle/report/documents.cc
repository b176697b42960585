#include "aisle/report/documents.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"
#include "aisle/report/html.h"

namespace aisle {
namespace {

using Json = nlohmann::ordered_json;

struct DocumentFile {
  const char* name;
  bool for_executives;  // it has no row of a store, or none once without_stores has been over it
};
constexpr std::int64_t kMostDetailed = 3000;
constexpr std::array<DocumentFile, 9> kFiles = {{{"segments", true},
                                                 {"profiles", true},
                                                 {"personas", true},
                                                 {"prize", true},
                                                 {"change", true},
                                                 {"drivers", true},
                                                 {"data", true},
                                                 {"monthly", true},
                                                 {"stores", false}}};

int known_format(std::string_view name) {
  return name == "segments" ? kSegmentsFormat : 1;
}

[[noreturn]] void unreadable(const std::string& where, const std::string& what) {
  throw DataError(
      {.where = where, .what = what, .expected = "", .remedy = "`aisle run --force` writes it anew"});
}

std::optional<Json> read_document(const ProjectPaths& paths, const std::string& name,
                                  const std::string& fit) {
  const std::filesystem::path file = paths.insight / (name + ".json");
  if (!std::filesystem::exists(file)) return std::nullopt;
  const std::string where = paths.relative(file);
  Json document = Json::parse(read_file(file), nullptr, false);
  if (document.is_discarded() || !document.is_object()) unreadable(where, "is not JSON");
  if (document.value("format", 0) > known_format(name)) unreadable(where, "was written by a newer aisle");
  if (document.contains("fit") && document["fit"] != fit) return std::nullopt;
  return document;
}

std::string fit_of(const ProjectPaths& paths) {
  if (!std::filesystem::exists(paths.metrics)) return "";
  const Json metrics = Json::parse(read_file(paths.metrics), nullptr, false);
  return metrics.is_object() ? metrics.value("fit", "") : "";
}

// What is of single stores, in documents that are of clusters otherwise.
void without_stores(Json& document) {
  for (const char* field : {"typical", "atypical", "store_to_median", "store_to_upper_quartile", "sales"}) {
    document.erase(field);
  }
}

// What the page shows of no store.
void without_unseen(Json& stores) {
  for (const char* field : {"cluster", "outlier_score", "next_sure", "why_not"}) stores.erase(field);
}

// A page of very many stores would grow with each: what it says of one alone, its place and cluster aside,
// stays in the documents.
void without_details(Json& document) {
  for (const char* field : {"sales", "store_to_median", "store_to_upper_quartile"}) document.erase(field);
  for (const char* field : {"features", "values", "why", "move", "alike"}) {
    if (document.contains(field)) document[field] = Json::array();
  }
}

std::string script(const std::string& name, const Json& document) {
  return "<script type=\"application/json\" id=\"aisle-" + name + "\">" +
         script_json(document.dump(-1, ' ', false, Json::error_handler_t::replace)) + "</script>\n";
}

Json page_facts(const Options& options, Audience audience) {
  return {{"audience", audience == Audience::kExec ? "exec" : "full"},
          {"project", options.project.name},
          {"currency", options.project.currency},
          {"locale", options.project.locale}};
}

double number(const Json& value) {
  return value.is_number() ? value.get<double>() : std::nan("");
}

void take_figures(const std::string& name, const Json& document, ReportDocuments& found) {
  if (name == "personas") {
    for (const Json& persona : document.at("personas")) {
      found.names[persona.at("cluster")] = persona.at("name").get<std::string>();
    }
  } else if (name == "prize" && !document.value("to_median", Json::array()).empty()) {
    for (std::size_t at = 0; at < document.at("clusters").size(); ++at) {
      found.prize[document["clusters"][at]] = number(document.at("to_median").at(at));
    }
    found.prize_total = number(document.at("total").at("to_median"));
  } else if (name == "data") {
    found.from = document.at("from").is_string() ? document["from"].get<std::string>() : "";
    found.until = document.at("until").is_string() ? document["until"].get<std::string>() : "";
  }
}

// The t-SNE map, else the principal axes.
std::vector<PlacedStore> placed_stores(const Json& map, const Json& stores) {
  const char* kind = map.contains("tsne") && !map["tsne"].is_null() ? "tsne" : "axes";
  const Json& place = map.at(kind);
  std::vector<PlacedStore> placed;
  for (std::size_t row = 0; row < place.at("x").size(); ++row) {
    const double x = number(place["x"][row]);
    const double y = number(place.at("y").at(row));
    if (std::isnan(x) || std::isnan(y)) continue;
    placed.push_back({x, y, stores.at("final_cluster").at(row), stores.at("inferred").at(row) != 0});
  }
  return placed;
}

void read_one(const DocumentFile& file, const ProjectPaths& paths, const std::string& fit, Audience audience,
              ReportDocuments& found) {
  std::optional<Json> document = read_document(paths, file.name, fit);
  if (!document) return;
  try {
    take_figures(file.name, *document, found);
    if (std::string_view(file.name) == "stores") {
      if (const auto map = read_document(paths, "map", fit)) {
        found.stores = placed_stores(*map, *document);
        if (audience == Audience::kFull) found.scripts += script("map", *map);
      }
    }
  } catch (const Json::exception& error) {
    unreadable(paths.relative(paths.insight / (std::string(file.name) + ".json")), error.what());
  }
  if (std::string_view(file.name) == "stores") without_unseen(*document);
  if (found.segments.n_stores > kMostDetailed) without_details(*document);
  if (audience == Audience::kExec) without_stores(*document);
  if (audience == Audience::kFull || file.for_executives) found.scripts += script(file.name, *document);
}

}  // namespace

ReportDocuments read_documents(const Options& options, const ProjectPaths& paths, Audience audience) {
  const std::filesystem::path segments = paths.insight / "segments.json";
  if (!std::filesystem::exists(segments)) {
    throw DataError({.where = paths.relative(segments),
                     .what = "is not there",
                     .expected = "the segments of a run",
                     .remedy = "`aisle run` makes them"});
  }
  ReportDocuments found;
  found.segments = parse_segments(read_file(segments), paths.relative(segments));
  found.scripts = script("page", page_facts(options, audience));
  const std::string fit = fit_of(paths);
  for (const DocumentFile& file : kFiles) read_one(file, paths, fit, audience, found);
  return found;
}

}  // namespace aisle
