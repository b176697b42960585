#include "aisle/insight/segments_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "aisle/cluster/stability.h"
#include "aisle/insight/terminal_text.h"

namespace aisle {
namespace {

// The band in one word, as the column is narrow.
const char* stability_word(double mean_jaccard) {
  if (std::isnan(mean_jaccard)) return "-";
  const StabilityBand band = stability_band(mean_jaccard);
  return band == StabilityBand::kHighlyStable ? "high" : stability_band_name(band);
}

void add_table(std::string& out, const SegmentsSummary& summary, int width) {
  const NumberWords words = NumberWords::for_terminal();
  const bool has_revenue = !std::isnan(summary.revenue);
  const bool has_inferred = summary.n_inferred > 0;
  const bool has_stability = std::any_of(summary.segments.begin(), summary.segments.end(),
                                         [](const Segment& one) { return !std::isnan(one.stability); });
  std::string head = fmt::format("{:>7}  {:>6}", "Cluster", "Stores");
  if (has_inferred) head += fmt::format("  {:>8}", "inferred");
  if (has_revenue) head += fmt::format("  {:>9}", "Revenue");
  if (has_stability) head += fmt::format("  {:>9}", "Stability");
  const std::size_t indent = head.size() + 2;
  out += head + "  What sets it apart\n";
  for (const Segment& segment : summary.segments) {
    std::string cells = fmt::format("{:>7}  {:>6}", segment.cluster, segment.n_stores);
    if (has_inferred) cells += fmt::format("  {:>8}", segment.n_inferred);
    if (has_revenue) {
      cells += fmt::format("  {:>9}", std::isnan(segment.share_of_revenue)
                                          ? "-"
                                          : words.fixed(segment.share_of_revenue * 100, 1) + " %");
    }
    if (has_stability) cells += fmt::format("  {:>9}", stability_word(segment.stability));
    const auto lines =
        wrapped_lines(sets_apart_words(segment, words), static_cast<std::size_t>(width) - indent);
    out += cells + "  " + lines.front() + "\n";
    for (std::size_t at = 1; at < lines.size(); ++at) out += std::string(indent, ' ') + lines[at] + "\n";
  }
}

// What to do about the aspects that brought the grade down.
void add_remedies(std::string& out, const Verdict& verdict, int width) {
  bool first = true;
  for (const VerdictAspect& aspect : verdict.aspects) {
    if (aspect.remedy.empty() || aspect.grade != verdict.grade) continue;
    if (first) out += "\nWhat to do:\n";
    first = false;
    add_wrapped(out, aspect.remedy, width, "  - ", "    ");
  }
}

}  // namespace

std::string trait_words(const Trait& trait, const NumberWords& words) {
  const std::string label = printable(trait.label);
  const auto beside = [&](const std::string& name, const std::string& value, const std::string& chain) {
    return fmt::format("{} {} (chain {})", name, value, chain);
  };
  if (!trait.level.empty()) {
    return beside(label + " " + printable(trait.level), words.percent(trait.value),
                  words.percent(trait.chain));
  }
  switch (trait.unit) {
    case UnitKind::kShare:
      return beside(label, words.percent(trait.value), words.percent(trait.chain));
    case UnitKind::kRatio:
      return beside(label, words.fixed(trait.value, 2), words.fixed(trait.chain, 2));
    case UnitKind::kYears:
      return beside(label, words.fixed(trait.value, 1), words.fixed(trait.chain, 1));
    case UnitKind::kAmount:
      break;
  }
  // A percentage of a chain's mean that is not above 0 says nothing.
  if (trait.chain > 0 && trait.value >= 0) return label + " " + words.change(trait.value, trait.chain);
  return beside(label, words.brief(trait.value), words.brief(trait.chain));
}

std::string segments_sentence(const SegmentsSummary& summary, const NumberWords& words) {
  const auto n_segments = summary.segments.size();
  const std::int64_t n_placed = summary.n_stores - summary.n_left_out;
  std::string text =
      fmt::format("{} {} into ", words.counted(n_placed, "store"), n_placed == 1 ? "falls" : "fall");
  if (n_segments == 0) {
    text += "no cluster";
  } else {
    text += words.counted(static_cast<std::int64_t>(n_segments), "cluster");
  }
  std::vector<std::string> parts;
  if (summary.n_noise > 0 && n_segments > 0) {
    parts.push_back(fmt::format(
        "{} ({}) {} given the likeliest", words.whole(summary.n_noise),
        words.percent(static_cast<double>(summary.n_noise) / static_cast<double>(summary.n_fitted)),
        summary.n_noise == 1 ? "fits none by itself and was" : "fit none by themselves and were"));
  }
  if (summary.n_assigned > 0 && n_segments > 0) {
    const bool one = summary.n_assigned == 1;
    parts.push_back(fmt::format("{} {} too short a history for the fit and {} assigned afterwards",
                                words.whole(summary.n_assigned), one ? "has" : "have", one ? "was" : "were"));
  }
  if (summary.n_left_out > 0) {
    const char* are = summary.n_left_out == 1 ? "is" : "are";
    parts.push_back(fmt::format("{} more {} closed, stopped selling or never sold, and {} left out",
                                words.whole(summary.n_left_out), are, are));
  }
  for (const std::string& part : parts) text.append("; ").append(part);
  return text + ".";
}

std::string sets_apart_words(const Segment& segment, const NumberWords& words) {
  if (segment.sets_apart.empty()) return "nothing: it is like the chain";
  std::string text;
  for (const Trait& trait : segment.sets_apart) {
    if (!text.empty()) text.append("; ");
    text.append(trait_words(trait, words));
  }
  return text;
}

std::string render_segments(const SegmentsSummary& summary, int width) {
  width = std::max(width, kLeastTextWidth);
  std::string out;
  add_wrapped(out, segments_sentence(summary, NumberWords::for_terminal()), width);
  if (!summary.segments.empty()) {
    out += "\n";
    add_table(out, summary, width);
  }
  out += "\n";
  add_wrapped(out,
              fmt::format("Verdict: {}. {}", grade_name(summary.verdict.grade), summary.verdict.sentence),
              width);
  for (const VerdictAspect& aspect : summary.verdict.aspects) {
    add_wrapped(out, fmt::format("{:<6}  {}", grade_name(aspect.grade), printable(aspect.reason)), width,
                "  ", std::string(10, ' '));
  }
  add_remedies(out, summary.verdict, width);
  return out;
}

}  // namespace aisle
