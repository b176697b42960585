#include "aisle/report/store_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "aisle/report/cluster_mark.h"
#include "aisle/report/html.h"
#include "aisle/report/label_places.h"

namespace aisle {
namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 520;
constexpr double kMargin = 28;
constexpr double kLabelHeight = 18;
constexpr double kLetterWidth = 7.6;
constexpr double kWidestMark = 1.3;  // a mark's reach, in radii
constexpr std::size_t kMostNames = 8;
constexpr std::size_t kMostShapes = 2500;  // of more stores each is a dot: no shape is seen at their size
constexpr std::size_t kLongestName = 28;

struct Group {
  std::vector<Point> full;
  std::vector<Point> hollow;
  std::vector<Point> all() const {
    std::vector<Point> points = full;
    points.insert(points.end(), hollow.begin(), hollow.end());
    return points;
  }
};

// From the documents' plane to the picture's, the same scale both ways: distances mean something.
std::map<std::int64_t, Group> placed_groups(const std::vector<PlacedStore>& stores) {
  const auto [low_x, high_x] =
      std::minmax_element(stores.begin(), stores.end(), [](auto& a, auto& b) { return a.x < b.x; });
  const auto [low_y, high_y] =
      std::minmax_element(stores.begin(), stores.end(), [](auto& a, auto& b) { return a.y < b.y; });
  const double width = std::max(high_x->x - low_x->x, 1e-9);
  const double height = std::max(high_y->y - low_y->y, 1e-9);
  const double scale =
      std::min((kWidth - 2 * kMargin) / width, (kHeight - 2 * kMargin - kLabelHeight) / height);
  std::map<std::int64_t, Group> groups;
  for (const PlacedStore& store : stores) {
    const Point point{kWidth / 2 + (store.x - (low_x->x + high_x->x) / 2) * scale,
                      kHeight / 2 + kLabelHeight / 2 - (store.y - (low_y->y + high_y->y) / 2) * scale};
    Group& group = groups[store.cluster];
    (store.inferred || store.cluster < 0 ? group.hollow : group.full).push_back(point);
  }
  return groups;
}

// One closed shape around each point, as relative steps from its middle.
std::string shape_path(std::int64_t shape, double r) {
  switch (shape) {
    case 1:
      return fmt::format("m{0:.3g} {0:.3g}h{1:.3g}v{1:.3g}h{2:.3g}z", -r * 0.9, r * 1.8, -r * 1.8);
    case 2:
      return fmt::format("m0 {0:.3g}l{1:.3g} {1:.3g} {0:.3g} {1:.3g} {0:.3g} {0:.3g}z", -r * 1.2, r * 1.2);
    case 3:
      return fmt::format("m0 {0:.3g}l{1:.3g} {2:.3g}h{3:.3g}z", -r * 1.1, r * 1.1, r * 2, -r * 2.2);
    case 4:
      return fmt::format("m0 {0:.3g}l{1:.3g} {2:.3g}h{3:.3g}z", r * 1.1, r * 1.1, -r * 2, -r * 2.2);
    default:
      return fmt::format("m{0:.3g} 0a{1:.3g} {1:.3g} 0 1 0 {2:.3g} 0 {1:.3g} {1:.3g} 0 1 0 {3:.3g} 0", -r, r,
                         2 * r, -2 * r);
  }
}

std::string points_path(const std::vector<Point>& points, const std::string& shape, const char* fill) {
  if (points.empty()) return "";
  std::string path = fmt::format("<path class=\"{}\" d=\"", fill);
  for (const Point& point : points) path += fmt::format("M{:.1f} {:.1f}{}", point.x, point.y, shape);
  return path + "\"/>";
}

// Dots of a width, in a quarter of the bytes of circles: lines of no length with round ends.
std::string dots_path(const std::vector<Point>& points, const char* colour, double width) {
  if (points.empty()) return "";
  std::string path =
      fmt::format("<path fill=\"none\" stroke=\"{}\" stroke-linecap=\"round\" stroke-width=\"{:.1f}\" d=\"",
                  colour, width);
  for (const Point& point : points) path += fmt::format("M{:.1f} {:.1f}h0", point.x, point.y);
  return path + "\"/>";
}

std::string group_path(const Group& group, std::int64_t cluster, double radius, bool as_dots) {
  if (as_dots) {
    return dots_path(group.hollow, "currentColor", 2 * radius) +
           dots_path(group.hollow, "var(--ground)", radius) +
           dots_path(group.full, "currentColor", 2 * radius);
  }
  const std::string shape = shape_path(shape_of(cluster), radius);
  return points_path(group.hollow, shape, "hollow") + points_path(group.full, shape, "full");
}

// Letters, not bytes.
double width_of(const std::string& text) {
  const auto n_letters =
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; });
  return static_cast<double>(n_letters) * kLetterWidth;
}

std::string label_of_cluster(std::int64_t cluster, const std::map<std::int64_t, std::string>& names,
                             std::size_t n_clusters) {
  const auto name = names.find(cluster);
  if (name == names.end() || n_clusters > kMostNames) return std::to_string(cluster);
  std::string text = name->second.substr(0, name->second.find(','));
  if (text.size() > kLongestName) text = "";
  return text.empty() ? std::to_string(cluster) : fmt::format("{} · {}", cluster, text);
}

// Each beside the core of its cluster; the number alone where the name finds no free place.
std::string labels_of(const std::map<std::int64_t, Group>& groups,
                      const std::map<std::int64_t, std::string>& names, double radius) {
  std::vector<Point> marks;
  for (const auto& [cluster, group] : groups) {
    const std::vector<Point> all = group.all();
    marks.insert(marks.end(), all.begin(), all.end());
  }
  LabelPlaces places(kWidth, kHeight, marks, radius * kWidestMark);
  std::string svg;
  for (const auto& [cluster, group] : groups) {
    if (cluster < 0) continue;
    // Stores that were only assigned lie at its edges, or far off.
    const std::vector<Point>& core = group.full.empty() ? group.hollow : group.full;
    std::string label = label_of_cluster(cluster, names, groups.size());
    LabelPlace place = places.find(core, width_of(label), kLabelHeight);
    if (place.n_touched > 0) {
      const std::string number = std::to_string(cluster);
      const LabelPlace narrow = places.find(core, width_of(number), kLabelHeight);
      if (narrow.n_touched < place.n_touched) {
        label = number;
        place = narrow;
      }
    }
    places.take(place.box);
    svg +=
        fmt::format("<text class=\"map-label {}\" fill=\"currentColor\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>",
                    colour_class(cluster), (place.box.left + place.box.right) / 2, place.box.bottom - 5,
                    html_text(label));
  }
  return svg;
}

}  // namespace

std::string store_picture(const std::vector<PlacedStore>& stores,
                          const std::map<std::int64_t, std::string>& names, const std::string& described) {
  if (stores.empty()) return "";
  const auto groups = placed_groups(stores);
  const double radius = std::clamp(5.2 - std::log10(static_cast<double>(stores.size())), 1.6, 4.5);
  std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth, kHeight,
                                html_text(described));
  for (const auto& [cluster, group] : groups) {
    svg += fmt::format("<g class=\"{}\">{}</g>", colour_class(cluster),
                       group_path(group, cluster, radius, stores.size() > kMostShapes));
  }
  svg += labels_of(groups, names, radius);
  return svg + "</svg>";
}

}  // namespace aisle
