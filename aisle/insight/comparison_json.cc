#include "aisle/insight/comparison.h"
#include "aisle/insight/numbers_json.h"

namespace aisle {
namespace {

Json run_json(const ComparedRun& run) {
  Json clusters = Json::array();
  for (const ComparedCluster& cluster : run.clusters) clusters.push_back(cluster.id);
  return {{"run", run.run},         {"fit", run.fit},           {"preset", run.preset},
          {"verdict", run.verdict}, {"n_stores", run.n_stores}, {"revenue", number_json(run.revenue)},
          {"clusters", clusters}};
}

Json clusters_json(const ComparedRun& run, const char* kind, const char* same, const char* related) {
  Json list = Json::array();
  for (const ComparedCluster& cluster : run.clusters) {
    list.push_back({{"cluster", cluster.id},
                    {"n_stores", cluster.n_stores},
                    {"revenue", number_json(cluster.revenue)},
                    {kind, transition_name(cluster.kind)},
                    {same, cluster.same < 0 ? Json(nullptr) : Json(cluster.same)},
                    {related, cluster.related}});
  }
  return list;
}

Json moved_json(const std::vector<MovedStore>& moved) {
  Json stores = Json::array(), from = Json::array(), to = Json::array(), revenue = Json::array();
  for (const MovedStore& store : moved) {
    stores.push_back(store.store_id);
    from.push_back(store.from);
    to.push_back(store.to);
    revenue.push_back(number_json(store.revenue));
  }
  return {{"store_id", stores}, {"from", from}, {"to", to}, {"revenue", revenue}};
}

Json lone_json(const std::vector<LoneStore>& lone) {
  Json stores = Json::array(), clusters = Json::array(), revenue = Json::array();
  for (const LoneStore& store : lone) {
    stores.push_back(store.store_id);
    clusters.push_back(store.cluster);
    revenue.push_back(number_json(store.revenue));
  }
  return {{"store_id", stores}, {"cluster", clusters}, {"revenue", revenue}};
}

const char* kind_name(FigureKind kind) {
  switch (kind) {
    case FigureKind::kCount:
      return "count";
    case FigureKind::kShare:
      return "share";
    case FigureKind::kScore:
      return "score";
    case FigureKind::kMoney:
      return "money";
  }
  return "count";
}

}  // namespace

std::string comparison_json(const Comparison& comparison) {
  Json revenue = Json::array();
  for (const auto& row : comparison.revenue) revenue.push_back(numbers_json(row));
  Json figures = Json::array();
  for (const ComparedFigure& figure : comparison.figures) {
    figures.push_back({{"metric", figure.name},
                       {"label", figure.label},
                       {"unit", kind_name(figure.kind)},
                       {"a", number_json(figure.a)},
                       {"b", number_json(figure.b)},
                       {"difference", number_json(figure.b - figure.a)}});
  }
  Json options = Json::array();
  for (const ComparedOption& option : comparison.options) {
    options.push_back({{"option", option.key}, {"a", text_or_null(option.a)}, {"b", text_or_null(option.b)}});
  }
  return document_text({{"kind", "aisle-comparison"},
                        {"format", kComparisonFormat},
                        {"a", run_json(comparison.a)},
                        {"b", run_json(comparison.b)},
                        {"currency", comparison.currency},
                        {"n_shared", comparison.n_shared()},
                        {"n_stay", comparison.n_stay},
                        {"n_move", comparison.n_move},
                        {"n_unplaced", comparison.n_unplaced},
                        {"revenue_stay", number_json(comparison.revenue_stay)},
                        {"revenue_move", number_json(comparison.revenue_move)},
                        {"adjusted_rand_index", number_json(comparison.adjusted_rand_index)},
                        {"a_clusters", clusters_json(comparison.a, "fate", "continued_by", "led_to")},
                        {"b_clusters", clusters_json(comparison.b, "became", "continues", "came_from")},
                        {"stores", comparison.stores},
                        {"revenue", revenue},
                        {"moved", moved_json(comparison.moved)},
                        {"only_a", lone_json(comparison.only_a)},
                        {"only_b", lone_json(comparison.only_b)},
                        {"metrics", figures},
                        {"options", options}});
}

}  // namespace aisle
