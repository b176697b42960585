#include "aisle/segment/search_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "aisle/base/errors.h"
#include "aisle/base/random.h"
#include "aisle/project/option_table.h"
#include "aisle/project/options_edit.h"
#include "aisle/segment/model_groups.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

// Streams of the random numbers of a search.
constexpr std::uint32_t kTreeStream = 0x7472'6565;
constexpr std::uint32_t kSelectionStream = 0x7365'6c65;
constexpr std::size_t kSelectionsOfTree = 20;
// A short search looks at this many trees, but not at more than half as many as points.
constexpr std::size_t kUsualTrees = 30;
// Draws for each point that is wanted; what comes out twice is drawn again.
constexpr std::size_t kDrawsOfPoint = 50;

struct Choice {
  std::string text;
  std::function<void(Options&)> apply;
};

// What a dimension's choice costs: a spanning tree (and perhaps the matrix below it), or a selection from
// one.
enum class Changes { kTree, kSelection };

struct Dimension {
  std::string name;
  Changes changes = Changes::kTree;
  std::vector<Choice> choices;
};

std::string shown(double value) {
  return fmt::format("{}", value);
}
std::string shown(int value) {
  return fmt::format("{}", value);
}
std::string shown(DistanceMetric value) {
  return value == DistanceMetric::kManhattan ? "manhattan" : "euclidean";
}
std::string shown(TreeSelection value) {
  return value == TreeSelection::kLeaf ? "leaf" : "eom";
}

template <auto Section, auto Member, typename Value>
void add_option(std::vector<Dimension>& dimensions, const char* name, Changes changes,
                const std::vector<Value>& values) {
  if (values.empty()) return;
  Dimension dimension{.name = name, .changes = changes, .choices = {}};
  for (const Value value : values) {
    dimension.choices.push_back(
        {shown(value), [value](Options& options) { (options.*Section).*Member = value; }});
  }
  dimensions.push_back(std::move(dimension));
}

void add_groups(std::vector<Dimension>& dimensions, const SearchSpace& space, const Options& base) {
  for (const std::string& group : space.left_out) {
    check_group(base, group, "tune --leave-out");
    dimensions.push_back({group, Changes::kTree, {{"in", [](Options&) {}}, {"out", [group](Options& options) {
                                                                              leave_out_group(options, group);
                                                                            }}}});
  }
  for (const GroupWeights& weighed : space.weights) {
    check_group(base, weighed.group, "tune --weight");
    Dimension dimension{.name = weighed.group + " weight", .changes = Changes::kTree, .choices = {}};
    for (const double weight : weighed.weights) {
      dimension.choices.push_back({shown(weight), [group = weighed.group, weight](Options& options) {
                                     weigh_group(options, group, weight);
                                   }});
    }
    dimensions.push_back(std::move(dimension));
  }
}

void add_scalings(std::vector<Dimension>& dimensions, const SearchSpace& space, const Table& features) {
  if (space.scalings.empty()) return;
  Dimension dimension{.name = "scaling", .changes = Changes::kTree, .choices = {}};
  for (const ContextScaling scaling : space.scalings) {
    const bool axes = scaling == ContextScaling::kAxes;
    dimension.choices.push_back({axes ? "axes" : "standardised", [axes, &features](Options& options) {
                                   if (!axes) standardise_context_numbers(options, features);
                                 }});
  }
  dimensions.push_back(std::move(dimension));
}

// Stores that take part in the fit.
std::int64_t n_fitted(const Table& features) {
  const auto eligible = eligibility(features);
  return std::count(eligible.begin(), eligible.end(), 1);
}

// `size` as min_cluster_size, but no smaller than the planner's smallest number of stores. 0 stays where the
// size that it stands for is large enough.
int raised(int size, int least, HdbscanOptionsSection options, std::int64_t n_stores) {
  options.min_cluster_size = size;
  return min_cluster_size_for(options, n_stores) < least ? least : size;
}

std::vector<int> raised(std::vector<int> sizes, int least, const HdbscanOptionsSection& options,
                        std::int64_t n_stores) {
  for (int& size : sizes) size = raised(size, least, options, n_stores);
  std::vector<int> distinct;
  for (const int size : sizes) {
    if (std::find(distinct.begin(), distinct.end(), size) == distinct.end()) distinct.push_back(size);
  }
  return distinct;
}

std::vector<Dimension> dimensions_of(const SearchSpace& space, const Options& base, const Table& features) {
  using H = HdbscanOptionsSection;
  constexpr Changes kTree = Changes::kTree;
  constexpr Changes kSelection = Changes::kSelection;
  std::vector<Dimension> all;
  add_groups(all, space, base);
  add_scalings(all, space, features);
  add_option<&Options::famd, &FamdOptionsSection::n_components>(all, "components", kTree, space.components);
  add_option<&Options::hdbscan, &H::metric>(all, "metric", kTree, space.metrics);
  add_option<&Options::hdbscan, &H::min_cluster_size>(
      all, "min_cluster_size", kSelection,
      raised(space.min_cluster_sizes, space.min_stores, base.hdbscan, n_fitted(features)));
  add_option<&Options::hdbscan, &H::min_samples>(all, "min_samples", kTree, space.min_samples);
  add_option<&Options::hdbscan, &H::cluster_selection_epsilon>(all, "epsilon", kSelection, space.epsilons);
  add_option<&Options::hdbscan, &H::cluster_selection_method>(all, "method", kSelection, space.methods);
  return all;
}

// The base with the planner's bounds, which every point keeps. The method is the one whose options are
// searched, whatever the project's is.
Options bounded(const SearchSpace& space, Options options, const Table& features) {
  options.model.method = ClusterMethod::kHdbscan;
  if (space.fewest_clusters > 0) options.limits.min_clusters = space.fewest_clusters;
  if (space.most_clusters > 0) options.limits.max_clusters = space.most_clusters;
  if (space.min_stores > 0 && space.min_cluster_sizes.empty()) {
    options.hdbscan.min_cluster_size =
        raised(options.hdbscan.min_cluster_size, space.min_stores, options.hdbscan, n_fitted(features));
  }
  return options;
}

void check_point(const Options& options) {
  for (const OptionRow& row : option_table()) {
    const auto& sections = cluster_sections();
    if (std::find(sections.begin(), sections.end(), row.section()) == sections.end()) continue;
    check_option(row, row.get(options), fmt::format("tune: {}", row.key));
  }
  if (options.hdbscan.min_cluster_size == 1) {
    throw InvalidInput({.where = "tune --min-cluster-size",
                        .what = "has 1",
                        .expected = "0, or whole numbers of at least 2",
                        .remedy = ""});
  }
}

std::vector<std::string> settings_between(const Options& base, const Options& options) {
  std::vector<std::string> settings;
  for (const OptionRow& row : option_table()) {
    const auto& sections = cluster_sections();
    if (std::find(sections.begin(), sections.end(), row.section()) == sections.end()) continue;
    const std::string text = toml_text(row.get(options));
    if (text != toml_text(row.get(base))) settings.push_back(fmt::format("{}={}", row.key, text));
  }
  return settings;
}

// Collects points, each distinct one once.
class PointCollector {
 public:
  PointCollector(const SearchSpace& space, const Options& base, const Table& features)
      : base_(base),
        bounded_(bounded(space, base, features)),
        dimensions_(dimensions_of(space, base, features)) {}

  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  std::size_t size() const { return points_.size(); }
  std::vector<TunePoint> take() { return std::move(points_); }

  std::size_t n_combinations() const {
    std::size_t count = 1;
    for (const Dimension& dimension : dimensions_) {
      count *= dimension.choices.size();
      if (count > kMostTunePoints * kMostTunePoints) return count;
    }
    return count;
  }

  // `choices` holds one for each dimension.
  void add(const std::vector<std::size_t>& choices) {
    TunePoint point{.options = bounded_, .values = {}, .settings = {}};
    for (std::size_t at = 0; at < dimensions_.size(); ++at) {
      const Choice& choice = dimensions_[at].choices[choices[at]];
      choice.apply(point.options);
      if (dimensions_[at].choices.size() > 1) point.values.emplace_back(dimensions_[at].name, choice.text);
    }
    if (point.options.model.context.empty() && point.options.model.behaviour.empty()) return;
    check_point(point.options);
    if (!seen_.insert(canonical_options(point.options, cluster_sections())).second) return;
    point.settings = settings_between(base_, point.options);
    points_.push_back(std::move(point));
  }

 private:
  const Options& base_;
  Options bounded_;
  std::vector<Dimension> dimensions_;
  std::set<std::string> seen_;
  std::vector<TunePoint> points_;
};

// Every combination of the choices, the last dimension fastest.
std::vector<std::vector<std::size_t>> combinations(const std::vector<Dimension>& dimensions) {
  std::vector<std::vector<std::size_t>> all = {{}};
  for (const Dimension& dimension : dimensions) {
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& begun : all) {
      for (std::size_t choice = 0; choice < dimension.choices.size(); ++choice) {
        longer.push_back(begun);
        longer.back().push_back(choice);
      }
    }
    all = std::move(longer);
  }
  return all;
}

// Choices by two draws: of the tree, and of the selection from it.
std::vector<std::size_t> drawn(const std::vector<Dimension>& dimensions, std::uint64_t seed,
                               std::uint64_t tree, std::uint64_t selection) {
  RandomDraws of_tree(seed, kTreeStream, tree);
  RandomDraws of_selection(seed, kSelectionStream, selection);
  std::vector<std::size_t> choices;
  for (const Dimension& dimension : dimensions) {
    RandomDraws& draws = dimension.changes == Changes::kTree ? of_tree : of_selection;
    choices.push_back(draws.below(static_cast<std::uint32_t>(dimension.choices.size())));
  }
  return choices;
}

}  // namespace

bool SearchSpace::says_nothing() const {
  return components.empty() && scalings.empty() && left_out.empty() && weights.empty() && metrics.empty() &&
         min_cluster_sizes.empty() && min_samples.empty() && epsilons.empty() && methods.empty();
}

SearchSpace usual_grid(const Options& base, std::size_t n_stores) {
  const int size = min_cluster_size_for(base.hdbscan, static_cast<std::int64_t>(n_stores));
  const int most = base.famd.n_components;
  SearchSpace space;
  for (const int components : {most - 2, most - 1, most}) {
    if (components >= 1) space.components.push_back(components);
  }
  space.min_cluster_sizes = {size, 2 * size, 3 * size};
  space.min_samples = {1, 3, 5};
  return space;
}

SearchSpace usual_random_space(const Options& base, std::size_t n_stores) {
  const int size = min_cluster_size_for(base.hdbscan, static_cast<std::int64_t>(n_stores));
  SearchSpace space;
  space.components = {2, 3, 4, 5, 6, 7, 8};
  space.scalings = {ContextScaling::kAxes, ContextScaling::kStandardised};
  space.metrics = {DistanceMetric::kEuclidean, DistanceMetric::kManhattan};
  space.min_cluster_sizes = {std::max(2, size / 2), size, size + size / 2, 2 * size, 3 * size, 4 * size};
  space.min_samples = {1, 2, 3, 5, 8, 12};
  space.epsilons = {0.0, 0.25, 0.5, 1.0};
  space.methods = {TreeSelection::kExcessOfMass, TreeSelection::kLeaf};
  return space;
}

SearchSpace filled(SearchSpace space, const SearchSpace& usual) {
  const auto fill = [](auto& list, const auto& from) {
    if (list.empty()) list = from;
  };
  fill(space.components, usual.components);
  fill(space.scalings, usual.scalings);
  fill(space.left_out, usual.left_out);
  fill(space.weights, usual.weights);
  fill(space.metrics, usual.metrics);
  fill(space.min_cluster_sizes, usual.min_cluster_sizes);
  fill(space.min_samples, usual.min_samples);
  fill(space.epsilons, usual.epsilons);
  fill(space.methods, usual.methods);
  return space;
}

std::vector<TunePoint> grid_points(const SearchSpace& space, const Options& base, const Table& features) {
  PointCollector collector(space, base, features);
  if (collector.n_combinations() > kMostTunePoints) {
    throw InvalidInput({.where = "tune",
                        .what = fmt::format("the grid has {} points", collector.n_combinations()),
                        .expected = fmt::format("at most {}", kMostTunePoints),
                        .remedy = "give fewer values, or draw some of them with --random N"});
  }
  for (const auto& choices : combinations(collector.dimensions())) collector.add(choices);
  return collector.take();
}

std::vector<TunePoint> random_points(const SearchSpace& space, const Options& base, const Table& features,
                                     std::size_t count, std::uint64_t seed) {
  PointCollector collector(space, base, features);
  if (collector.n_combinations() <= count) return grid_points(space, base, features);
  const std::size_t n_trees =
      std::max((count + kSelectionsOfTree - 1) / kSelectionsOfTree, std::min(kUsualTrees, (count + 1) / 2));
  for (std::size_t draw = 0; collector.size() < count && draw < count * kDrawsOfPoint; ++draw) {
    // Trees whose selections are used up make room for others.
    const std::size_t round = draw / (count * kDrawsOfPoint / 4 + 1);
    collector.add(drawn(collector.dimensions(), seed, draw % n_trees + round * n_trees, draw));
  }
  return collector.take();
}

}  // namespace aisle
