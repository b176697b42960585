#include "aisle/insight/store_pulls.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "aisle/segment/design.h"

namespace aisle {
namespace {

constexpr std::size_t kListed = 3;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t at = 0; at < a.size(); ++at) sum += a[at] * b[at];
  return sum;
}

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

// Means of the parts over each cluster's stores of the fit, and the chain's range of each number.
class PartMeans {
 public:
  PartMeans(const InsightData& data, const StoreSpace& space, const FeatureParts& parts) : parts_(parts) {
    const std::size_t n_clusters = data.n_clusters();
    std::vector<double> counts(n_clusters);
    numbers_.assign(parts.numbers.size(), std::vector<double>(n_clusters));
    for (const LevelPart& part : parts.levels) levels_.emplace_back(n_clusters, part.added.n_rows());
    for (const std::size_t row : data.clusters.fitted) {
      if (data.clusters.final_cluster[row] < 0) continue;
      const auto cluster = static_cast<std::size_t>(data.clusters.final_cluster[row]);
      const auto point = static_cast<std::size_t>(space.point_of[row]);
      ++counts[cluster];
      for (std::size_t at = 0; at < parts.numbers.size(); ++at) {
        numbers_[at][cluster] += parts.numbers[at].scores[point];
      }
      for (std::size_t at = 0; at < parts.levels.size(); ++at) {
        const std::int32_t code = parts.levels[at].codes[point];
        if (code >= 0) levels_[at](cluster, static_cast<std::size_t>(code)) += 1;
      }
    }
    for (std::size_t cluster = 0; cluster < n_clusters; ++cluster) {
      for (auto& means : numbers_) means[cluster] /= counts[cluster];
      for (Matrix& shares : levels_) {
        for (double& share : shares.row(cluster)) share /= counts[cluster];
      }
    }
    for (const NumberPart& part : parts.numbers) ranges_.push_back(range_of(data, part.column));
  }

  double number(std::size_t part, std::size_t cluster) const { return numbers_[part][cluster]; }
  // Mean over the cluster's stores of a value by level.
  double level(std::size_t part, std::size_t cluster, const std::vector<double>& by_level) const {
    double sum = 0;
    for (std::size_t at = 0; at < by_level.size(); ++at) sum += levels_[part](cluster, at) * by_level[at];
    return sum;
  }
  const Range& range(std::size_t part) const { return ranges_[part]; }

 private:
  static Range range_of(const InsightData& data, const std::string& name) {
    Range range;
    const Column* column = data.stores.find(name);
    if (column == nullptr) return range;
    for (const std::size_t row : data.clusters.fitted) {
      if (column->null_at(row)) continue;
      range.low = std::min(range.low, column->number_at(row));
      range.high = std::max(range.high, column->number_at(row));
    }
    return range;
  }

  const FeatureParts& parts_;
  std::vector<std::vector<double>> numbers_;  // by part, by cluster
  std::vector<Matrix> levels_;                // by part, clusters x levels
  std::vector<Range> ranges_;
};

// What separates a pair of clusters, feature by feature: for a point z the part of a number is slope x (score
// - middle), of a level its value.
struct PairView {
  std::vector<double> slopes;               // by number part
  std::vector<double> middles;              // by number part
  std::vector<std::vector<double>> levels;  // by level part, by level
  std::vector<double> unseen;               // by level part: of a level that the fit does not know
};

PairView view_of(const StoreSpace& space, const FeatureParts& parts, const PartMeans& means, std::size_t own,
                 std::size_t next) {
  std::vector<double> between(space.centres.n_cols());
  for (std::size_t col = 0; col < between.size(); ++col) {
    between[col] = space.centres(own, col) - space.centres(next, col);
  }
  PairView view;
  for (std::size_t at = 0; at < parts.numbers.size(); ++at) {
    view.slopes.push_back(2 * dot(parts.numbers[at].direction, between));
    view.middles.push_back((means.number(at, own) + means.number(at, next)) / 2);
  }
  for (std::size_t at = 0; at < parts.levels.size(); ++at) {
    const Matrix& added = parts.levels[at].added;
    std::vector<double> along(added.n_rows());
    for (std::size_t level = 0; level < along.size(); ++level) {
      for (std::size_t col = 0; col < between.size(); ++col) along[level] += added(level, col) * between[col];
    }
    const double middle = (means.level(at, own, along) + means.level(at, next, along)) / 2;
    for (double& value : along) value = 2 * (value - middle);
    view.levels.push_back(std::move(along));
    view.unseen.push_back(-2 * middle);
  }
  return view;
}

// Positive pulls to the own cluster. By column; a column's parts add up.
std::map<std::string, double> pulls_of(const FeatureParts& parts, const PairView& view, std::size_t point) {
  std::map<std::string, double> pulls;
  for (std::size_t at = 0; at < parts.numbers.size(); ++at) {
    pulls[parts.numbers[at].column] += view.slopes[at] * (parts.numbers[at].scores[point] - view.middles[at]);
  }
  for (std::size_t at = 0; at < parts.levels.size(); ++at) {
    const std::int32_t code = parts.levels[at].codes[point];
    pulls[parts.levels[at].column] +=
        code < 0 ? view.unseen[at] : view.levels[at][static_cast<std::size_t>(code)];
  }
  return pulls;
}

std::vector<Pull> largest(const std::map<std::string, double>& pulls, double sign) {
  std::vector<Pull> result;
  double sum = 0;
  for (const auto& [column, pull] : pulls) {
    if (!(sign * pull > 0)) continue;
    result.push_back({column, sign * pull});
    sum += sign * pull;
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Pull& a, const Pull& b) { return a.share > b.share; });
  if (result.size() > kListed) result.resize(kListed);
  for (Pull& pull : result) pull.share /= sum;
  return result;
}

// Columns of the model with one part alone, under a transform that can be turned back.
std::vector<bool> movable(const FeatureParts& parts) {
  std::map<std::string, int> n_parts;
  for (const NumberPart& part : parts.numbers) ++n_parts[part.column];
  for (const LevelPart& part : parts.levels) ++n_parts[part.column];
  std::vector<bool> result;
  for (const NumberPart& part : parts.numbers) {
    result.push_back(n_parts[part.column] == 1 && part.deviation > 0 &&
                     part.transform != ColumnTransform::kCentredLogRatio);
  }
  return result;
}

// `margin`: how much nearer (in squares) the own centre is; above 0.
std::vector<Move> moves_of(const FeatureParts& parts, const PartMeans& means, const PairView& view,
                           const std::vector<bool>& can_move, double margin, std::size_t point) {
  std::vector<std::pair<double, Move>> found;
  for (std::size_t at = 0; at < parts.numbers.size(); ++at) {
    if (!can_move[at] || view.slopes[at] == 0) continue;
    const NumberPart& part = parts.numbers[at];
    const double step = -margin / view.slopes[at];
    const double score = part.scores[point] + step;
    double value = part.mean + score * part.deviation;
    if (part.transform == ColumnTransform::kLog1p) value = std::expm1(value);
    if (!(value >= means.range(at).low && value <= means.range(at).high)) continue;
    found.push_back({std::abs(step), {part.column, value}});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Move> moves;
  for (const auto& entry : found) {
    if (moves.size() == kListed) break;
    moves.push_back(entry.second);
  }
  return moves;
}

}  // namespace

std::vector<StorePulls> store_pulls(const InsightData& data, const StoreSpace& space,
                                    const std::vector<std::int32_t>& own,
                                    const std::vector<std::int32_t>& next) {
  const FeatureParts parts = feature_parts(data, space);
  const PartMeans means(data, space, parts);
  const std::vector<bool> can_move = movable(parts);
  std::map<std::pair<std::int32_t, std::int32_t>, PairView> views;
  std::vector<StorePulls> result(space.rows.size());
  for (std::size_t point = 0; point < result.size(); ++point) {
    if (own[point] < 0 || next[point] < 0) continue;
    const auto own_at = static_cast<std::size_t>(own[point]);
    const auto next_at = static_cast<std::size_t>(next[point]);
    const auto [view, is_new] = views.try_emplace({own[point], next[point]});
    if (is_new) view->second = view_of(space, parts, means, own_at, next_at);
    const auto pulls = pulls_of(parts, view->second, point);
    result[point].to_own = largest(pulls, 1);
    result[point].to_next = largest(pulls, -1);
    const double margin = squared_euclidean(space.points.row(point), space.centres.row(next_at)) -
                          squared_euclidean(space.points.row(point), space.centres.row(own_at));
    if (margin > 0) {
      result[point].moves = moves_of(parts, means, view->second, can_move, margin, point);
    }
  }
  return result;
}

}  // namespace aisle
