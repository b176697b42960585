#include "aisle/insight/comparison_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "aisle/insight/number_words.h"
#include "aisle/insight/terminal_text.h"

namespace aisle {
namespace {

constexpr std::size_t kMostMoved = 10;
constexpr std::size_t kMostLone = 5;

// Ids of two runs need not mean the same: each says whose it is.
std::string name_of(char run, std::int64_t id) {
  return id < 0 ? "none" : fmt::format("{}{}", run, id);
}

std::string list_of(char run, const std::vector<std::int64_t>& ids) {
  std::string text;
  for (std::size_t at = 0; at < ids.size(); ++at) {
    if (at > 0) text += at + 1 == ids.size() ? " and " : ", ";
    text += name_of(run, ids[at]);
  }
  return text;
}

std::string fate_words(const ComparedCluster& cluster) {
  switch (cluster.kind) {
    case TransitionKind::kSurvived:
      return "survived as " + name_of('B', cluster.same);
    case TransitionKind::kSplit:
      return "split into " + list_of('B', cluster.related);
    case TransitionKind::kMerged:
      return "merged into " + list_of('B', cluster.related);
    case TransitionKind::kVanished:
    case TransitionKind::kNew:
      break;
  }
  return "vanished";
}

// Where a cluster's stores are now, most first: "40 in 1, 3 in 0, 2 in none".
std::string whereabouts(const std::vector<std::int64_t>& counts, const ComparedRun& after) {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < counts.size(); ++place) {
    if (counts[place] > 0) places.push_back(place);
  }
  std::stable_sort(places.begin(), places.end(),
                   [&](std::size_t left, std::size_t right) { return counts[left] > counts[right]; });
  std::string text;
  for (const std::size_t place : places) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{} in {}", counts[place],
                        name_of('B', place < after.clusters.size() ? after.clusters[place].id : -1));
  }
  return text.empty() ? "-" : text;
}

NumberWords words_for(const Comparison& comparison) {
  return NumberWords::for_terminal(printable(comparison.currency));
}

std::string share_of_revenue(double revenue, double whole) {
  if (std::isnan(revenue) || !(whole > 0)) return "-";
  return fmt::format("{:.1f} %", 100 * revenue / whole);
}

void add_runs(std::string& out, const Comparison& comparison, int width) {
  const NumberWords words = words_for(comparison);
  for (const auto& [letter, run] : {std::pair{"A", &comparison.a}, std::pair{"B", &comparison.b}}) {
    add_wrapped(out,
                fmt::format("{}, {}, {}, preset {}, verdict {}", printable(run->run),
                            words.counted(run->n_stores, "store"),
                            words.counted(static_cast<std::int64_t>(run->clusters.size()), "cluster"),
                            printable(run->preset), run->verdict),
                width, fmt::format("{}  ", letter), "   ");
  }
}

void add_fates(std::string& out, const Comparison& comparison, int width) {
  if (comparison.a.clusters.empty()) return;
  std::size_t widest = 6;
  for (const ComparedCluster& cluster : comparison.a.clusters) {
    widest = std::max(widest, text_width(fate_words(cluster)));
  }
  constexpr int kOtherCells = 35;
  widest = std::min({widest, std::size_t{24}, static_cast<std::size_t>(width - kOtherCells) / 2});
  const std::string head =
      fmt::format("{:>12}  {:>6}  {:>9}  {:<{}}  ", "Cluster of A", "Stores", "Revenue", "Became", widest);
  const std::size_t indent = head.size();
  out += "\n" + head + "Its stores\n";
  for (std::size_t at = 0; at < comparison.a.clusters.size(); ++at) {
    const ComparedCluster& cluster = comparison.a.clusters[at];
    const auto fates = wrapped_lines(fate_words(cluster), widest);
    const auto places = wrapped_lines(whereabouts(comparison.stores[at], comparison.b),
                                      static_cast<std::size_t>(width) - indent);
    for (std::size_t line = 0; line < std::max(fates.size(), places.size()); ++line) {
      std::string cells(32, ' ');
      if (line == 0) {
        cells = fmt::format("{:>12}  {:>6}  {:>9} ", name_of('A', cluster.id), cluster.n_stores,
                            share_of_revenue(cluster.revenue, comparison.a.revenue));
      }
      cells += fmt::format(" {:<{}}  {}", line < fates.size() ? fates[line] : "", widest,
                           line < places.size() ? places[line] : "");
      out += cells.substr(0, cells.find_last_not_of(' ') + 1) + "\n";
    }
  }
}

// The clusters of B that continue none of A.
void add_origins(std::string& out, const Comparison& comparison, int width) {
  const NumberWords words = words_for(comparison);
  bool first = true;
  for (const ComparedCluster& cluster : comparison.b.clusters) {
    if (cluster.same >= 0) continue;
    if (first) out += "\nContinue no cluster of A:\n";
    first = false;
    std::string origin = "new";
    if (!cluster.related.empty()) origin = "came from " + list_of('A', cluster.related);
    add_wrapped(out,
                fmt::format("{}: {}, {} of the revenue, {}", name_of('B', cluster.id),
                            words.counted(cluster.n_stores, "store"),
                            share_of_revenue(cluster.revenue, comparison.b.revenue), origin),
                width, "  ", "    ");
  }
}

void add_moved(std::string& out, const Comparison& comparison) {
  if (comparison.moved.empty()) return;
  const NumberWords words = words_for(comparison);
  std::vector<MovedStore> moved = comparison.moved;
  std::stable_sort(moved.begin(), moved.end(), [](const MovedStore& left, const MovedStore& right) {
    return left.revenue > right.revenue;
  });
  const bool all = moved.size() <= kMostMoved;
  if (!all) moved.resize(kMostMoved);
  std::size_t widest = 5;
  for (const MovedStore& store : moved) widest = std::max(widest, text_width(printable(store.store_id)));
  out += fmt::format("\n{}:\n", all ? "Stores that move"
                                    : fmt::format("The {} largest of the {} stores that move", kMostMoved,
                                                  comparison.moved.size()));
  for (const MovedStore& store : moved) {
    const std::string id = printable(store.store_id);
    out += fmt::format("  {}{}  from {} to {}", id, std::string(widest - text_width(id), ' '),
                       name_of('A', store.from), name_of('B', store.to));
    if (!std::isnan(comparison.b.revenue)) {
      out += fmt::format("  {}", words.money(store.revenue));
    }
    out += "\n";
  }
}

void add_lone(std::string& out, const std::vector<LoneStore>& lone, const char* run, int width) {
  if (lone.empty()) return;
  const NumberWords words = NumberWords::for_terminal();
  std::string ids;
  for (std::size_t at = 0; at < std::min(lone.size(), kMostLone); ++at) {
    if (at > 0) ids += ", ";
    ids += printable(lone[at].store_id);
  }
  if (lone.size() > kMostLone) ids += ", ...";
  add_wrapped(out,
              fmt::format("{} only in {}: {}", words.counted(static_cast<std::int64_t>(lone.size()), "store"),
                          run, ids),
              width, "", "  ");
}

std::string figure_words(double value, FigureKind kind, const NumberWords& words) {
  if (std::isnan(value)) return "-";
  switch (kind) {
    case FigureKind::kCount:
      return words.whole(std::llround(value));
    case FigureKind::kShare:
      return words.fixed(value * 100, 1) + " %";
    case FigureKind::kScore:
      return words.fixed(value, 3);
    case FigureKind::kMoney:
      break;
  }
  return words.money(value);
}

std::string difference_words(const ComparedFigure& figure, const NumberWords& words) {
  const double difference = figure.b - figure.a;
  if (std::isnan(difference)) return "-";
  const std::string text = figure_words(std::abs(difference), figure.kind, words);
  // What is written 0 has no sign.
  if (text.find_first_of("123456789") == std::string::npos) return "=";
  return (difference < 0 ? "-" : "+") + text;
}

void add_figures(std::string& out, const Comparison& comparison) {
  const NumberWords words = words_for(comparison);
  out += fmt::format("\n{:<18}{:>14}{:>14}{:>14}\n", "", "A", "B", "Difference");
  for (const ComparedFigure& figure : comparison.figures) {
    out += fmt::format("{:<18}{:>14}{:>14}{:>14}\n", figure.label, figure_words(figure.a, figure.kind, words),
                       figure_words(figure.b, figure.kind, words), difference_words(figure, words));
  }
}

void add_options(std::string& out, const Comparison& comparison, int width) {
  if (comparison.options.empty()) {
    out += "\nThe options are the same.\n";
    return;
  }
  out += "\nOptions that differ:\n";
  for (const ComparedOption& option : comparison.options) {
    const auto value = [](const std::string& text) { return text.empty() ? "(not there)" : printable(text); };
    add_wrapped(out, fmt::format("{}: {} -> {}", printable(option.key), value(option.a), value(option.b)),
                width, "  ", "    ");
  }
}

}  // namespace

std::string comparison_sentence(const Comparison& comparison) {
  if (comparison.n_shared() == 0) return "The two runs have no store in common.";
  const NumberWords words = words_for(comparison);
  const std::string shared = words.counted(comparison.n_shared(), "store");
  std::string text;
  if (comparison.n_move == 0) {
    text = fmt::format("None of {} in both runs moves to another cluster.", shared);
  } else {
    text = fmt::format("{} of {} {} with {} cluster; {} {}", comparison.n_stay, shared,
                       comparison.n_stay == 1 ? "stays" : "stay", comparison.n_stay == 1 ? "its" : "their",
                       comparison.n_move, comparison.n_move == 1 ? "moves" : "move");
    if (comparison.b.revenue > 0) {
      text += fmt::format(", and {} of the revenue ({}) with {}",
                          words.percent(comparison.revenue_move / comparison.b.revenue),
                          words.money(comparison.revenue_move), comparison.n_move == 1 ? "it" : "them");
    }
    text += ".";
  }
  if (!std::isnan(comparison.adjusted_rand_index)) {
    text += fmt::format(" Likeness of the two groupings: {:.2f} (1: the same; adjusted Rand index).",
                        comparison.adjusted_rand_index);
  }
  return text;
}

std::string render_comparison(const Comparison& comparison, int width) {
  width = std::max(width, kLeastTextWidth);
  std::string out;
  add_runs(out, comparison, width);
  out += "\n";
  add_wrapped(out, comparison_sentence(comparison), width);
  add_lone(out, comparison.only_a, "A", width);
  add_lone(out, comparison.only_b, "B", width);
  add_fates(out, comparison, width);
  add_origins(out, comparison, width);
  add_moved(out, comparison);
  add_figures(out, comparison);
  add_options(out, comparison, width);
  return out;
}

}  // namespace aisle
