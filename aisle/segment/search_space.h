// What `aisle tune` searches: the values that are tried for each option, and the points of a grid or of a
// random draw among them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "aisle/base/table.h"
#include "aisle/project/options.h"

namespace aisle {

// Where the numbers of model.context go.
enum class ContextScaling {
  kAxes,          // onto FAMD's axes, as the options have it
  kStandardised,  // beside the axes, each standardised by itself; categories stay on axes
};

// The weights that are tried for the entries of a group.
struct GroupWeights {
  std::string group;
  std::vector<double> weights;
};

// The values that are tried. An empty list: the project's own value. A group is a feature group
// (docs/features.md), a column, or an entry of model.context or model.behaviour.
struct SearchSpace {
  std::vector<int> components;  // famd.n_components
  std::vector<ContextScaling> scalings;
  std::vector<std::string> left_out;  // each group is tried with and without
  std::vector<GroupWeights> weights;
  std::vector<DistanceMetric> metrics;
  std::vector<int> min_cluster_sizes;
  std::vector<int> min_samples;
  std::vector<double> epsilons;
  std::vector<TreeSelection> methods;
  // In a planner's words. 0: no bound.
  int fewest_clusters = 0;
  int most_clusters = 0;
  int min_stores = 0;         // of the smallest cluster, as found
  bool says_nothing() const;  // no list is given
};

// One point: its options, and how they differ from those it was made from. Its method is HDBSCAN.
struct TunePoint {
  Options options;
  std::vector<std::pair<std::string, std::string>> values;  // name and text of each thing with a choice
  std::vector<std::string> settings;                        // "section.key=value"
};

// What is tried where the user says nothing: around the project's own options. The grid of the preset
// `original` is that of its notebook: 3, 4 and 5 components, sizes 5, 10 and 15, 1, 3 and 5 neighbours.
SearchSpace usual_grid(const Options& base, std::size_t n_stores);
SearchSpace usual_random_space(const Options& base, std::size_t n_stores);
// `space` with the lists that it leaves empty from `usual`.
SearchSpace filled(SearchSpace space, const SearchSpace& usual);

// A grid with more points than this is refused.
inline constexpr std::size_t kMostTunePoints = 20'000;

// Every combination, the last list fastest. Points that come to the same options are taken once.
// `features` are the columns that the model chooses from. Throws InvalidInput for a value out of an option's
// range, a group that the model does not have, or a grid that is too large.
std::vector<TunePoint> grid_points(const SearchSpace& space, const Options& base, const Table& features);
// `count` different points of the same combinations, by `seed` alone; all of them where there are fewer. What
// a spanning tree hangs on (columns, axes, metric, min_samples) is drawn once for about twenty selections in
// a long search, for two in a short one: clusters that selections share are measured once.
std::vector<TunePoint> random_points(const SearchSpace& space, const Options& base, const Table& features,
                                     std::size_t count, std::uint64_t seed);

}  // namespace aisle
