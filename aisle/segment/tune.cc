#include "aisle/segment/tune.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/cluster/shared_dbcv.h"
#include "aisle/cluster/spanning_tree.h"
#include "aisle/cluster/stability.h"
#include "aisle/cluster/validity.h"
#include "aisle/segment/cluster_stability.h"
#include "aisle/segment/design.h"
#include "aisle/segment/found_clusters.h"
#include "aisle/segment/model.h"
#include "aisle/segment/store_table.h"
#include "aisle/segment/tie_order.h"

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// A point on its way to a trial.
struct Candidate {
  const TunePoint* point = nullptr;
  Trial* trial = nullptr;
  HdbscanOptions settings;
  std::vector<std::int32_t> labels;
};

// What all points share: the stores, in which order DBCV takes them, and the resamples of the stability.
struct Common {
  Table stores;  // of the fit
  std::vector<std::size_t> tie_order;
  std::vector<std::size_t> sample;                  // rows that the stability looks at
  std::vector<std::vector<std::size_t>> resamples;  // rows of each, ascending
  const CancelFlag* cancel = nullptr;

  void check_cancel() const {
    if (cancel != nullptr) cancel->check();
  }
};

// Counts points, one call at a time.
class PointCounter {
 public:
  PointCounter(const ProgressFunction& progress, std::size_t total) : progress_(progress), total_(total) {}
  void add(std::size_t points) {
    if (!progress_) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    done_ += points;
    progress_(done_, total_);
  }

 private:
  const ProgressFunction& progress_;
  std::size_t total_;
  std::size_t done_ = 0;
  std::mutex mutex_;
};

// One hierarchy for each min_samples that the settings ask for, from one search of neighbours.
class Hierarchies {
 public:
  Hierarchies(MatrixView points, const std::vector<HdbscanOptions>& settings, const CancelFlag* cancel) {
    for (const HdbscanOptions& one : settings) places_.emplace(one.min_samples, 0);
    const ReachabilitySearch search(points, settings.front().metric, places_.rbegin()->first, {}, cancel);
    std::vector<int> min_samples;
    for (auto& [count, place] : places_) {
      place = min_samples.size();
      min_samples.push_back(count);
    }
    std::vector<SpanningTree> trees(min_samples.size());
    parallel_for(trees.size(),
                 [&](std::size_t at) { trees[at] = search.spanning_tree(min_samples[at], cancel); });
    for (const SpanningTree& tree : trees) hierarchies_.emplace_back(tree);
  }

  std::vector<std::int32_t> labels(const HdbscanOptions& settings) const {
    return hierarchies_[places_.at(settings.min_samples)].select(settings.selection).selection.labels;
  }

  // Without the limits where nothing keeps them.
  std::vector<std::int32_t> labels_within_possible_limits(HdbscanOptions settings) const {
    try {
      return labels(settings);
    } catch (const InvalidInput&) {
      settings.selection.limits = {};
      return labels(settings);
    }
  }

 private:
  std::map<int, std::size_t> places_;
  std::vector<ClusterHierarchy> hierarchies_;
};

std::vector<HdbscanOptions> settings_of(const std::vector<Candidate>& candidates) {
  std::vector<HdbscanOptions> settings;
  for (const Candidate& candidate : candidates) settings.push_back(candidate.settings);
  return settings;
}

void put_counts(Candidate& candidate) {
  Trial& trial = *candidate.trial;
  std::vector<std::int64_t> sizes;
  for (const std::int32_t label : candidate.labels) {
    if (label < 0) {
      ++trial.n_noise;
      continue;
    }
    const auto at = static_cast<std::size_t>(label);
    if (at >= sizes.size()) sizes.resize(at + 1);
    ++sizes[at];
  }
  trial.n_clusters = static_cast<std::int64_t>(sizes.size());
  trial.smallest = sizes.empty() ? 0 : *std::min_element(sizes.begin(), sizes.end());
  trial.noise_share = static_cast<double>(trial.n_noise) / static_cast<double>(candidate.labels.size());
}

void select_clusters_of(MatrixView matrix, std::vector<Candidate>& candidates, const Common& common) {
  const Hierarchies hierarchies(matrix, settings_of(candidates), common.cancel);
  parallel_for(candidates.size(), [&](std::size_t at) {
    common.check_cancel();
    Candidate& candidate = candidates[at];
    try {
      candidate.labels = hierarchies.labels(candidate.settings);
      put_counts(candidate);
    } catch (const InvalidInput& impossible) {
      candidate.trial->problem = impossible.parts().what;
    }
  });
}

// DBCV and silhouette, once for each clustering that several points may come to.
void measure_validity(const Matrix& matrix, std::vector<Candidate>& candidates, const Common& common,
                      PointCounter& counter) {
  std::map<std::vector<std::int32_t>, std::vector<Candidate*>> by_labels;
  for (Candidate& candidate : candidates) by_labels[candidate.labels].push_back(&candidate);
  std::vector<std::pair<const std::vector<std::int32_t>*, std::vector<Candidate*>>> distinct;
  for (const auto& [labels, those] : by_labels) distinct.emplace_back(&labels, those);
  const Matrix ordered = rows_of(matrix, common.tie_order);
  SharedDbcv shared(ordered, candidates.front().settings.metric);
  parallel_for(distinct.size(), [&](std::size_t at) {
    common.check_cancel();
    const auto& [labels, those] = distinct[at];
    double dbcv_index = kNone;
    double mean_silhouette = kNone;
    if (those.front()->trial->n_clusters > 1) {
      std::vector<std::int32_t> ordered_labels;
      for (const std::size_t row : common.tie_order) ordered_labels.push_back((*labels)[row]);
      dbcv_index = shared.of(ordered_labels, common.cancel).index;
      mean_silhouette = silhouette(matrix, *labels, Metric::kEuclidean, common.cancel);
    }
    for (Candidate* candidate : those) {
      candidate->trial->dbcv = dbcv_index;
      candidate->trial->silhouette = mean_silhouette;
    }
    counter.add(those.size());
  });
}

// The mean of each cluster's similarities over the resamples, weighted by the clusters' stores.
double stability_of(const std::vector<std::vector<double>>& by_resample,
                    const std::vector<std::int32_t>& sampled_labels, std::size_t n_clusters) {
  std::vector<double> means(n_clusters, kNone);
  for (std::size_t cluster = 0; cluster < n_clusters; ++cluster) {
    double sum = 0;
    int n_present = 0;
    for (const auto& jaccards : by_resample) {
      if (std::isnan(jaccards[cluster])) continue;
      sum += jaccards[cluster];
      ++n_present;
    }
    if (n_present > 0) means[cluster] = sum / n_present;
  }
  return mean_by_stores(means, sampled_labels);
}

std::vector<std::int32_t> labels_at(const std::vector<std::int32_t>& labels,
                                    const std::vector<std::size_t>& rows) {
  std::vector<std::int32_t> result;
  result.reserve(rows.size());
  for (const std::size_t row : rows) result.push_back(labels[row]);
  return result;
}

void measure_stability_of(const Matrix& matrix, std::vector<Candidate>& candidates, const Common& common) {
  std::vector<Candidate*> clustered;
  for (Candidate& candidate : candidates) {
    if (candidate.trial->n_clusters > 0) clustered.push_back(&candidate);
  }
  if (clustered.empty() || common.resamples.empty()) return;
  // By candidate, then by resample.
  std::vector<std::vector<std::vector<double>>> jaccards(
      clustered.size(), std::vector<std::vector<double>>(common.resamples.size()));
  parallel_for(common.resamples.size(), [&](std::size_t number) {
    common.check_cancel();
    const std::vector<std::size_t>& rows = common.resamples[number];
    const double share = static_cast<double>(rows.size()) / static_cast<double>(matrix.n_rows());
    std::vector<HdbscanOptions> settings;
    for (const Candidate* candidate : clustered) {
      settings.push_back(settings_for_share(candidate->settings, share));
    }
    const Hierarchies hierarchies(rows_of(matrix, rows), settings, common.cancel);
    for (std::size_t at = 0; at < clustered.size(); ++at) {
      jaccards[at][number] = best_jaccards(labels_at(clustered[at]->labels, rows),
                                           hierarchies.labels_within_possible_limits(settings[at]),
                                           static_cast<std::size_t>(clustered[at]->trial->n_clusters));
    }
  });
  for (std::size_t at = 0; at < clustered.size(); ++at) {
    clustered[at]->trial->stability =
        stability_of(jaccards[at], labels_at(clustered[at]->labels, common.sample),
                     static_cast<std::size_t>(clustered[at]->trial->n_clusters));
  }
}

// The points of one matrix. Returns the notes on its columns.
std::vector<std::string> evaluate_design(std::vector<Candidate> candidates, const Common& common,
                                         PointCounter& counter) {
  common.check_cancel();
  const Options& options = candidates.front().point->options;
  const Design design = fit_design(common.stores, model_terms(options), options.famd);
  std::map<Metric, std::vector<Candidate>> by_metric;
  for (Candidate& candidate : candidates) {
    candidate.settings = hdbscan_options(candidate.point->options, design.matrix.n_rows(), common.cancel);
    by_metric[candidate.settings.metric].push_back(std::move(candidate));
  }
  for (auto& [metric, those] : by_metric) {
    select_clusters_of(design.matrix, those, common);
    measure_stability_of(design.matrix, those, common);
    measure_validity(design.matrix, those, common, counter);
  }
  return design.notes;
}

Common common_of(const Table& stores, const TuneSettings& settings, const CancelFlag* cancel) {
  Common common;
  common.cancel = cancel;
  std::vector<std::size_t> rows;
  const auto eligible = eligibility(stores);
  for (std::size_t row = 0; row < eligible.size(); ++row) {
    if (eligible[row] != 0) rows.push_back(row);
  }
  common.stores = stores.take(rows);
  std::vector<std::string> ids;
  for (std::size_t row = 0; row < rows.size(); ++row)
    ids.push_back(common.stores.column(kStoreId).text_at(row));
  common.tie_order = tie_order(ids);
  common.sample = sampled_rows(ids, static_cast<std::size_t>(settings.max_stores));
  for (int number = 0; number < settings.resamples; ++number) {
    std::vector<std::size_t> resample;
    for (const std::size_t place :
         resample_places(common.sample.size(), settings.seed, static_cast<std::size_t>(number))) {
      resample.push_back(common.sample[place]);
    }
    common.resamples.push_back(std::move(resample));
  }
  return common;
}

}  // namespace

TuneResult evaluate_points(const Table& stores, const std::vector<TunePoint>& points,
                           const TuneSettings& settings, const ProgressFunction& progress,
                           const CancelFlag* cancel) {
  const Common common = common_of(stores, settings, cancel);
  TuneResult result;
  std::vector<Trial>& trials = result.trials;
  trials.resize(points.size());
  std::map<std::string, std::vector<Candidate>> by_design;
  for (std::size_t at = 0; at < points.size(); ++at) {
    trials[at].number = static_cast<std::int64_t>(at) + 1;
    trials[at].values = points[at].values;
    trials[at].settings = points[at].settings;
    trials[at].dbcv = trials[at].silhouette = trials[at].stability = kNone;
    const std::string design =
        canonical_options(points[at].options, {"model.context", "model.behaviour", "famd"});
    by_design[design].push_back({.point = &points[at], .trial = &trials[at], .settings = {}, .labels = {}});
  }
  std::vector<std::vector<Candidate>> designs;
  for (auto& [design, candidates] : by_design) designs.push_back(std::move(candidates));
  PointCounter counter(progress, points.size());
  std::vector<std::vector<std::string>> notes(designs.size());
  parallel_for(designs.size(),
               [&](std::size_t at) { notes[at] = evaluate_design(std::move(designs[at]), common, counter); });
  for (const auto& of_design : notes) {
    for (const std::string& note : of_design) {
      const auto known = std::find(result.notes.begin(), result.notes.end(), note);
      if (known == result.notes.end()) result.notes.push_back(note);
    }
  }
  return result;
}

}  // namespace aisle
