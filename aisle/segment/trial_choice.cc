#include "aisle/segment/trial_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "aisle/cluster/stability.h"

namespace aisle {
namespace {

constexpr std::size_t kFrontFigures = 3;

// More is better; the last one is not of the front. A trial without a stability has the worst.
std::array<double, 4> figures_of(const Trial& trial) {
  return {trial.dbcv, trial.silhouette, -trial.noise_share,
          std::isnan(trial.stability) ? 0 : trial.stability};
}

bool is_fit(const Trial& trial, const TrialRequirements& requirements) {
  return trial.n_clusters > 1 && std::isfinite(trial.dbcv) && std::isfinite(trial.silhouette) &&
         trial.noise_share <= requirements.most_noise && trial.smallest >= requirements.min_stores;
}

bool is_beaten(const Trial& trial, const Trial& other) {
  const auto own = figures_of(trial);
  const auto others = figures_of(other);
  bool differs = false;
  for (std::size_t at = 0; at < kFrontFigures; ++at) {
    if (others[at] < own[at]) return false;
    differs = differs || others[at] > own[at];
  }
  return differs || other.number < trial.number;
}

void mark_front(const std::vector<Trial*>& fit) {
  for (Trial* trial : fit) {
    trial->on_front = std::none_of(fit.begin(), fit.end(), [&](const Trial* other) {
      return other != trial && is_beaten(*trial, *other);
    });
  }
}

struct Ranges {
  std::array<double, 4> low;
  std::array<double, 4> high;
};

Ranges ranges_of(const std::vector<Trial*>& fit) {
  Ranges ranges{.low = figures_of(*fit.front()), .high = figures_of(*fit.front())};
  for (const Trial* trial : fit) {
    const auto figures = figures_of(*trial);
    for (std::size_t at = 0; at < figures.size(); ++at) {
      ranges.low[at] = std::min(ranges.low[at], figures[at]);
      ranges.high[at] = std::max(ranges.high[at], figures[at]);
    }
  }
  return ranges;
}

double distance_from_best(const Trial& trial, const Ranges& ranges) {
  const auto figures = figures_of(trial);
  double sum = 0;
  for (std::size_t at = 0; at < figures.size(); ++at) {
    const double range = ranges.high[at] - ranges.low[at];
    if (range > 0) sum += std::pow((ranges.high[at] - figures[at]) / range, 2);
  }
  return std::sqrt(sum);
}

std::string percent(double share) {
  return fmt::format("{:.0f} %", 100 * share);
}

std::string why_none(const std::vector<Trial>& trials, const TrialRequirements& requirements) {
  const auto impossible =
      std::count_if(trials.begin(), trials.end(), [](const Trial& trial) { return !trial.problem.empty(); });
  const auto few = std::count_if(trials.begin(), trials.end(), [](const Trial& trial) {
    return trial.problem.empty() && trial.n_clusters < 2;
  });
  std::string reason = fmt::format("None of the {} trials is recommended: ", trials.size());
  if (impossible > 0) reason += fmt::format("{} cannot keep the bounds on the clusters, ", impossible);
  if (few > 0) reason += fmt::format("{} have fewer than two clusters, ", few);
  const auto others = static_cast<std::ptrdiff_t>(trials.size()) - impossible - few;
  if (others > 0) {
    reason += fmt::format("{} have more noise than {} or a cluster under {} stores, ", others,
                          percent(requirements.most_noise), requirements.min_stores);
  }
  return reason.substr(0, reason.size() - 2) + ".";
}

std::string why(const Trial& chosen, const std::vector<Trial*>& fit, const Ranges& ranges,
                std::size_t n_trials) {
  const auto n_front =
      std::count_if(fit.begin(), fit.end(), [](const Trial* trial) { return trial->on_front; });
  const bool has_stability =
      std::any_of(fit.begin(), fit.end(), [](const Trial* trial) { return !std::isnan(trial->stability); });
  std::string reason = fmt::format(
      "Trial {} is recommended: of the {} on the front of DBCV, silhouette and noise it comes nearest to the "
      "best of all {} figures (DBCV {:.3f}, best {:.3f}; silhouette {:.3f}, best {:.3f}; noise {}, least {}",
      chosen.number, n_front, has_stability ? "four" : "three", chosen.dbcv, ranges.high[0],
      chosen.silhouette, ranges.high[1], percent(chosen.noise_share), percent(-ranges.high[2]));
  if (!std::isnan(chosen.stability)) {
    reason += fmt::format("; stability {:.2f}, best {:.2f}", chosen.stability, ranges.high[3]);
  }
  reason += ").";
  if (fit.size() < n_trials) {
    reason += fmt::format(" {} of {} trials were left out: fewer than two clusters, or out of bounds.",
                          n_trials - fit.size(), n_trials);
  }
  if (stability_band(chosen.stability) == StabilityBand::kDissolved && !std::isnan(chosen.stability)) {
    reason += " Its clusters dissolve when stores are drawn anew: take them for no more than a sketch.";
  }
  return reason;
}

}  // namespace

TrialChoice choose_trial(std::vector<Trial>& trials, const TrialRequirements& requirements) {
  std::vector<Trial*> fit;
  for (Trial& trial : trials) {
    trial.on_front = false;
    if (is_fit(trial, requirements)) fit.push_back(&trial);
  }
  if (fit.empty()) return {.recommended = 0, .reason = why_none(trials, requirements)};
  mark_front(fit);
  const Ranges ranges = ranges_of(fit);
  const Trial* best = nullptr;
  double least = std::numeric_limits<double>::infinity();
  for (const Trial* trial : fit) {
    const double distance = distance_from_best(*trial, ranges);
    if (!trial->on_front || distance >= least) continue;
    least = distance;
    best = trial;
  }
  return {.recommended = best->number, .reason = why(*best, fit, ranges, trials.size())};
}

}  // namespace aisle
