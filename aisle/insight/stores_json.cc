#include <map>

#include "aisle/insight/numbers_json.h"
#include "aisle/insight/stores.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

Json texts_json(const Column& column) {
  Json list = Json::array();
  for (std::size_t row = 0; row < column.size(); ++row) list.push_back(column.text_at(row));
  return list;
}

// `json_of(point)` for each store of the space, null for the others.
template <typename JsonOf>
Json by_store(const StoreSpace& space, const JsonOf& json_of) {
  Json list = Json::array();
  for (const std::int32_t point : space.point_of) {
    list.push_back(point < 0 ? Json(nullptr) : json_of(static_cast<std::size_t>(point)));
  }
  return list;
}

// Numbers of a column of the clustered table; null for a null or without the column.
Json column_json(const Table& stores, const char* name) {
  const Column* column = stores.find(name);
  Json list = Json::array();
  for (std::size_t row = 0; row < stores.n_rows(); ++row) {
    list.push_back(column == nullptr ? Json(nullptr) : number_json(column->number_at(row)));
  }
  return list;
}

Json sure_json(const InsightData& data) {
  const Column* probability = data.stores.find("probability");
  const Column* votes = data.stores.find("inferred_share");
  Json list = Json::array();
  for (std::size_t row = 0; row < data.clusters.n_stores(); ++row) {
    const Column* source = data.clusters.inferred[row] != 0 ? votes : probability;
    const bool placed = data.clusters.final_cluster[row] >= 0 && source != nullptr;
    list.push_back(placed ? number_json(source->number_at(row)) : Json(nullptr));
  }
  return list;
}

Json features_json(const std::vector<StoreFeature>& features) {
  Json list = Json::array();
  for (const StoreFeature& feature : features) {
    const bool number = feature.levels.empty();
    Json entry = {{"column", feature.column},
                  {"label", feature.label.label},
                  {"unit", unit_name(number ? feature.label.unit : UnitKind::kShare)},
                  {"active", feature.active},
                  {"kind", number ? "number" : "category"}};
    if (!number) entry["levels"] = feature.levels;
    list.push_back(std::move(entry));
  }
  return list;
}

Json values_json(const std::vector<StoreFeature>& features) {
  Json list = Json::array();
  for (const StoreFeature& feature : features) {
    list.push_back(feature.levels.empty() ? numbers_json(feature.numbers) : Json(feature.codes));
  }
  return list;
}

using Places = std::map<std::string, std::size_t>;

Json pulls_json(const std::vector<Pull>& pulls, const Places& places) {
  Json list = Json::array();
  for (const Pull& pull : pulls) {
    const auto place = places.find(pull.column);
    if (place != places.end()) list.push_back({place->second, number_json(pull.share)});
  }
  return list;
}

Json moves_json(const std::vector<Move>& moves, const Places& places) {
  Json list = Json::array();
  for (const Move& move : moves) {
    const auto place = places.find(move.column);
    if (place != places.end()) list.push_back({place->second, number_json(move.value)});
  }
  return list;
}

}  // namespace

std::string stores_json(const InsightData& data, const StoreSpace& space,
                        const StoreExplanations& explanations) {
  const std::vector<StoreFeature> features = store_features(data);
  Places places;
  for (std::size_t at = 0; at < features.size(); ++at) places[features[at].column] = at;
  const auto& next = explanations.next_best;
  const auto& pulls = explanations.pulls;
  const auto next_of = [&](std::size_t point) { return id_or_null(next.cluster[point], data.clusters.ids); };
  const auto next_sure_of = [&](std::size_t point) {
    return next.cluster[point] < 0 ? Json(nullptr) : number_json(next.sure[point]);
  };
  const Column* name = data.stores.find("store_name");
  return document_text(
      {{"kind", "aisle-stores"},
       {"format", kStoresFormat},
       {"fit", data.metrics.fit},
       {"store_id", texts_json(data.stores.column(kStoreId))},
       {"name", name == nullptr ? Json(nullptr) : texts_json(*name)},
       {"revenue", column_json(data.stores, "total_revenue")},
       {"cluster", ids_of_labels(data.clusters.found, data.clusters.ids)},
       {"final_cluster", ids_of_labels(data.clusters.final_cluster, data.clusters.ids)},
       {"in_fit", data.clusters.in_fit},
       {"inferred", data.clusters.inferred},
       {"sure", sure_json(data)},
       {"outlier_score", column_json(data.stores, "outlier_score")},
       {"next_best", by_store(space, next_of)},
       {"next_sure", by_store(space, next_sure_of)},
       {"margin", by_store(space, [&](std::size_t at) { return number_json(explanations.margin[at]); })},
       {"features", features_json(features)},
       {"values", values_json(features)},
       {"why", by_store(space, [&](std::size_t at) { return pulls_json(pulls[at].to_own, places); })},
       {"why_not", by_store(space, [&](std::size_t at) { return pulls_json(pulls[at].to_next, places); })},
       {"move", by_store(space, [&](std::size_t at) { return moves_json(pulls[at].moves, places); })},
       {"alike", by_store(space, [&](std::size_t at) { return Json(explanations.alike[at]); })},
       {"flags", store_flags(data.stores)}});
}

}  // namespace aisle
