#include "aisle/insight/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "aisle/cluster/validity.h"
#include "aisle/insight/insight_data.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// One run as the comparison walks through it. Labels number the clusters as the metrics do.
struct Side {
  std::vector<std::int64_t> ids;     // by label
  std::vector<std::int32_t> labels;  // by row
  std::vector<std::size_t> places;   // by label: its place among the ids, ascending
  std::vector<std::string> stores;   // by row
  std::vector<std::size_t> order;    // rows by store id
  const Column* revenue = nullptr;

  std::int64_t id_at(std::size_t row) const {
    return labels[row] < 0 ? -1 : ids[static_cast<std::size_t>(labels[row])];
  }
  // Its row or column in the cross-tables; the last one for a store in no cluster.
  std::size_t place_at(std::size_t row) const {
    return labels[row] < 0 ? ids.size() : places[static_cast<std::size_t>(labels[row])];
  }
  double revenue_at(std::size_t row) const { return number_or_zero(revenue, row); }
};

Side side_of(const KeptResult& result) {
  Side side;
  const std::string where = result.run + ": the clustered stores";
  side.ids = result.metrics.cluster_ids;
  side.labels = labels_of_ids(ids_in(result.stores, "cluster_final", where), side.ids, where);
  const Column& store_ids = result.stores.column(kStoreId);
  for (std::size_t row = 0; row < store_ids.size(); ++row) side.stores.push_back(store_ids.text_at(row));
  side.order.resize(side.stores.size());
  std::iota(side.order.begin(), side.order.end(), std::size_t{0});
  std::sort(side.order.begin(), side.order.end(),
            [&](std::size_t left, std::size_t right) { return side.stores[left] < side.stores[right]; });
  for (const std::int64_t id : side.ids) {
    side.places.push_back(static_cast<std::size_t>(
        std::count_if(side.ids.begin(), side.ids.end(), [&](std::int64_t other) { return other < id; })));
  }
  side.revenue = result.stores.find("total_revenue");
  return side;
}

ComparedRun run_of(const KeptResult& result, const Side& side) {
  ComparedRun run{.run = result.run,
                  .fit = result.metrics.fit,
                  .preset = result.metrics.preset,
                  .verdict = grade_name(result.metrics.verdict.grade),
                  .n_stores = static_cast<std::int64_t>(side.stores.size()),
                  .revenue = side.revenue == nullptr ? kNone : 0.0,
                  .clusters = {}};
  run.clusters.resize(side.ids.size());
  for (std::size_t label = 0; label < side.ids.size(); ++label) {
    ComparedCluster& cluster = run.clusters[side.places[label]];
    cluster.id = side.ids[label];
    if (side.revenue == nullptr) cluster.revenue = kNone;
  }
  for (const std::size_t row : side.order) {
    run.revenue += side.revenue_at(row);
    if (side.labels[row] < 0) continue;
    ComparedCluster& cluster = run.clusters[side.place_at(row)];
    ++cluster.n_stores;
    cluster.revenue += side.revenue_at(row);
  }
  return run;
}

std::vector<std::int64_t> ids_of(const std::vector<std::int32_t>& labels, const Side& side) {
  std::vector<std::int64_t> ids;
  for (const std::int32_t label : labels) ids.push_back(side.ids[static_cast<std::size_t>(label)]);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::int64_t id_or_none(std::int32_t label, const Side& side) {
  return label < 0 ? -1 : side.ids[static_cast<std::size_t>(label)];
}

void tell_fates(const ClusterMatching& matching, const Side& before, const Side& after,
                Comparison& comparison) {
  for (std::size_t label = 0; label < before.ids.size(); ++label) {
    const OldClusterFate& fate = matching.old_clusters[label];
    ComparedCluster& cluster = comparison.a.clusters[before.places[label]];
    cluster.kind = fate.kind;
    cluster.same = id_or_none(fate.carried_by, after);
    cluster.related = ids_of(fate.led_to, after);
  }
  for (std::size_t label = 0; label < after.ids.size(); ++label) {
    const NewClusterOrigin& origin = matching.new_clusters[label];
    ComparedCluster& cluster = comparison.b.clusters[after.places[label]];
    cluster.kind = origin.kind;
    cluster.same = id_or_none(origin.matched_old, before);
    cluster.related = ids_of(origin.came_from, before);
  }
}

// Goes through the stores of both runs side by side, by id, and sorts each into the tables and lists.
class Walk {
 public:
  Walk(const Side& before, const Side& after, const ClusterMatching& matching, Comparison& comparison)
      : before_(before), after_(after), matching_(matching), result_(comparison) {
    result_.stores.assign(before.ids.size() + 1, std::vector<std::int64_t>(after.ids.size() + 1));
    result_.revenue.assign(before.ids.size() + 1, std::vector<double>(after.ids.size() + 1));
    if (after.revenue == nullptr) result_.revenue_stay = result_.revenue_move = kNone;
  }

  void go() {
    auto old_row = before_.order.begin();
    auto new_row = after_.order.begin();
    while (old_row != before_.order.end() || new_row != after_.order.end()) {
      const int side = which_is_first(old_row, new_row);
      if (side < 0) add_lone(before_, *old_row, result_.only_a);
      if (side > 0) add_lone(after_, *new_row, result_.only_b);
      if (side == 0) add_shared(*old_row, *new_row);
      if (side <= 0) ++old_row;
      if (side >= 0) ++new_row;
    }
    result_.adjusted_rand_index =
        placed_before_.empty() ? kNone : adjusted_rand_index(placed_before_, placed_after_);
  }

 private:
  using Row = std::vector<std::size_t>::const_iterator;

  // -1: the next store is A's alone, 1: B's alone, 0: it is in both.
  int which_is_first(Row old_row, Row new_row) const {
    if (new_row == after_.order.end()) return -1;
    if (old_row == before_.order.end()) return 1;
    const int order = before_.stores[*old_row].compare(after_.stores[*new_row]);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }

  static void add_lone(const Side& side, std::size_t row, std::vector<LoneStore>& list) {
    list.push_back(
        {.store_id = side.stores[row], .cluster = side.id_at(row), .revenue = side.revenue_at(row)});
  }

  void add_shared(std::size_t old_row, std::size_t new_row) {
    const double revenue = after_.revenue_at(new_row);
    const std::int32_t from = before_.labels[old_row];
    const std::int32_t to = after_.labels[new_row];
    ++result_.stores[before_.place_at(old_row)][after_.place_at(new_row)];
    result_.revenue[before_.place_at(old_row)][after_.place_at(new_row)] += revenue;
    if (from < 0 && to < 0) {
      ++result_.n_unplaced;
      return;
    }
    if (from >= 0 && to >= 0) {
      placed_before_.push_back(from);
      placed_after_.push_back(to);
    }
    if (from >= 0 && to >= 0 && matching_.old_clusters[static_cast<std::size_t>(from)].carried_by == to) {
      ++result_.n_stay;
      result_.revenue_stay += revenue;
      return;
    }
    ++result_.n_move;
    result_.revenue_move += revenue;
    result_.moved.push_back({.store_id = after_.stores[new_row],
                             .from = before_.id_at(old_row),
                             .to = after_.id_at(new_row),
                             .revenue = revenue});
  }

  const Side& before_;
  const Side& after_;
  const ClusterMatching& matching_;
  Comparison& result_;
  std::vector<std::int32_t> placed_before_;  // labels of the stores that are in a cluster of both
  std::vector<std::int32_t> placed_after_;
};

std::vector<ComparedFigure> figures_of(const KeptResult& a, const KeptResult& b, const Comparison& compared) {
  const Metrics& before = a.metrics;
  const Metrics& after = b.metrics;
  const auto count = [&](const char* name, const char* label, std::int64_t Metrics::*figure) {
    return ComparedFigure{name, label, FigureKind::kCount, static_cast<double>(before.*figure),
                          static_cast<double>(after.*figure)};
  };
  return {
      count("n_stores", "stores", &Metrics::n_stores),
      count("n_fitted", "stores in the fit", &Metrics::n_fitted),
      count("n_left_out", "stores left out", &Metrics::n_left_out),
      {"revenue", "revenue", FigureKind::kMoney, compared.a.revenue, compared.b.revenue},
      count("n_clusters", "clusters", &Metrics::n_clusters),
      count("n_noise", "noise", &Metrics::n_noise),
      {"noise_ratio", "share of noise", FigureKind::kShare, before.noise_ratio, after.noise_ratio},
      {"dbcv_score", "DBCV", FigureKind::kScore, before.dbcv_score, after.dbcv_score},
      {"silhouette_score", "silhouette", FigureKind::kScore, before.silhouette_score, after.silhouette_score},
      {"mean_jaccard", "stability", FigureKind::kScore, a.mean_jaccard, b.mean_jaccard}};
}

std::vector<ComparedOption> differing_options(const std::map<std::string, std::string>& a,
                                              const std::map<std::string, std::string>& b) {
  std::map<std::string, ComparedOption> all;
  for (const auto& [key, value] : a) all[key].a = value;
  for (const auto& [key, value] : b) all[key].b = value;
  std::vector<ComparedOption> differing;
  for (auto& [key, option] : all) {
    if (option.a == option.b) continue;
    option.key = key;
    differing.push_back(std::move(option));
  }
  return differing;
}

std::string currency_of(const KeptResult& result) {
  const auto found = result.options.find("project.currency");
  if (found == result.options.end()) return "";
  std::string text = found->second;
  std::erase(text, '"');
  return text;
}

}  // namespace

Comparison compare_results(const KeptResult& a, const KeptResult& b) {
  const Side before = side_of(a);
  const Side after = side_of(b);
  const ClusterMatching matching =
      match_by_store({a.stores.column(kStoreId), before.labels, before.ids.size()},
                     {b.stores.column(kStoreId), after.labels, after.ids.size()});
  Comparison comparison;
  comparison.a = run_of(a, before);
  comparison.b = run_of(b, after);
  comparison.currency = currency_of(b);
  tell_fates(matching, before, after, comparison);
  Walk(before, after, matching, comparison).go();
  comparison.figures = figures_of(a, b, comparison);
  comparison.options = differing_options(a.options, b.options);
  return comparison;
}

}  // namespace aisle
