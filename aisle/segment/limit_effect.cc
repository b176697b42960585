#include "aisle/segment/limit_effect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/cluster/limits.h"
#include "aisle/segment/tie_order.h"

namespace aisle {
namespace {

ChoiceFigures figures_of(const Model& model, const ClusterSelection& selection, const CancelFlag* cancel) {
  ChoiceFigures figures{.n_clusters = selection.n_clusters,
                        .n_noise = selection.n_noise,
                        .stability = selection.total_stability,
                        .dbcv = std::numeric_limits<double>::quiet_NaN()};
  if (selection.n_clusters >= 2) {
    figures.dbcv = ordered_dbcv(model.matrix, selection.labels, model.store_ids, model.metric, cancel).index;
  }
  return figures;
}

std::vector<std::pair<std::string, ClusterLimits>> limits_alone(const ClusterLimits& limits) {
  std::vector<std::pair<std::string, ClusterLimits>> all = {
      {"limits.min_share", {.smallest_share = limits.smallest_share}},
      {"limits.max_share", {.largest_share = limits.largest_share}},
      {"limits.min_clusters", {.fewest_clusters = limits.fewest_clusters}},
      {"limits.max_clusters", {.most_clusters = limits.most_clusters}}};
  std::erase_if(all, [](const auto& one) { return !has_limits(one.second); });
  return all;
}

// "-12.3 % of stability, -0.05 of DBCV", of what can be told.
std::string change_words(const LimitChange& change) {
  std::vector<std::string> words;
  if (std::isfinite(change.stability))
    words.push_back(fmt::format("stability {:+.1f} %", 100 * change.stability));
  if (std::isfinite(change.dbcv)) words.push_back(fmt::format("DBCV {:+.2f}", change.dbcv));
  return words.empty() ? "not to be told" : fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

LimitChange change_of(const ChoiceFigures& within, const ChoiceFigures& without) {
  const bool has_share =
      std::isfinite(within.stability) && std::isfinite(without.stability) && without.stability > 0;
  return {has_share ? within.stability / without.stability - 1 : std::numeric_limits<double>::quiet_NaN(),
          within.dbcv - without.dbcv};
}

ClusterSelection select_without_limits(const HdbscanModel& model) {
  SelectionOptions free = model.selection_options;
  free.limits = {};
  return select_clusters(model.tree, free);
}

std::optional<LimitEffect> limit_effect(const Model& model, const CancelFlag* cancel) {
  const HdbscanModel& fit = model.hdbscan;
  if (model.method != ClusterMethod::kHdbscan || !has_limits(fit.selection_options.limits))
    return std::nullopt;
  LimitEffect effect{.without = figures_of(model, select_without_limits(fit), cancel),
                     .within = figures_of(model, model.clusters, cancel),
                     .alone = {}};
  for (const auto& [option, limits] : limits_alone(fit.selection_options.limits)) {
    SelectionOptions options = fit.selection_options;
    options.limits = limits;
    LimitAlone alone{.option = option, .figures = std::nullopt};
    try {
      alone.figures = figures_of(model, select_clusters(fit.tree, options), cancel);
    } catch (const InvalidInput&) {
      // Others can take away the branches that it cannot keep.
    }
    effect.alone.push_back(std::move(alone));
  }
  return effect;
}

std::string limits_sentence(const LimitEffect& effect) {
  const LimitChange change = change_of(effect.within, effect.without);
  const bool is_same = effect.within.n_clusters == effect.without.n_clusters &&
                       effect.within.n_noise == effect.without.n_noise &&
                       effect.within.stability == effect.without.stability;
  if (is_same) return "The limits change nothing.";
  std::string text = fmt::format("Without the limits there would be {}; the limits' price: {}",
                                 effect.without.n_clusters, change_words(change));
  if (effect.alone.size() < 2) return text + ".";
  for (const LimitAlone& alone : effect.alone) {
    text += fmt::format(
        "; {} alone: {}", alone.option,
        alone.figures ? change_words(change_of(*alone.figures, effect.without)) : "cannot be kept");
  }
  return text + ".";
}

}  // namespace aisle
