#include "aisle/insight/segments_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

#include "aisle/cluster/stability.h"

namespace aisle {
namespace {

constexpr int kLeastWidth = 60;

// Characters, not bytes: continuation bytes of UTF-8 take no place of their own.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

// A line break or a control character in a user's name would break the table.
std::string printable(std::string text) {
  for (char& letter : text) {
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) letter = ' ';
  }
  return text;
}

std::string percent(double share, int decimals = 0) {
  return fmt::format("{:.{}f} %", share * 100, decimals);
}

// Two shares that are compared: one decimal where both are small, else 0.6 % and 1.3 %
// both read 1 %.
std::string shares_words(double value, double chain) {
  const int decimals = std::max(std::abs(value), std::abs(chain)) < 0.1 ? 1 : 0;
  return fmt::format("{} (chain {})", percent(value, decimals), percent(chain, decimals));
}

// At most three significant digits, thousands apart.
std::string number_words(double value) {
  // From 999.5 on three digits are 1000, which {:.3g} writes as 1e+03.
  if (std::abs(value) < 999.5) return fmt::format("{:.3g}", value == 0 ? 0.0 : value);
  const double step = std::max(1.0, std::pow(10, std::floor(std::log10(std::abs(value))) - 2));
  std::string digits = fmt::format("{:.0f}", std::abs(std::round(value / step) * step));
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(digits.begin() + at, ',');
  }
  if (value < 0) digits.insert(digits.begin(), '-');
  return digits;
}

std::string stores_words(std::int64_t count) {
  return fmt::format("{} {}", count, count == 1 ? "store" : "stores");
}

// Breaks `text` at spaces into lines of at most `width`; a longer word keeps its own line. A number and its
// percent sign stay together.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find(' ', at);
    if (end != std::string::npos && end + 1 < text.size() && text[end + 1] == '%')
      end = text.find(' ', end + 1);
    end = std::min(end, text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    if (!line.empty() && width_of(line) + 1 + width_of(word) > width) {
      lines.push_back(line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(line);
  return lines;
}

void add_wrapped(std::string& out, const std::string& text, int width, const std::string& first = "",
                 const std::string& later = "") {
  const auto lines = wrapped(text, static_cast<std::size_t>(width) - first.size());
  for (std::size_t at = 0; at < lines.size(); ++at) out += (at == 0 ? first : later) + lines[at] + "\n";
}

// The band in one word, as the column is narrow.
const char* stability_word(double mean_jaccard) {
  if (std::isnan(mean_jaccard)) return "-";
  const StabilityBand band = stability_band(mean_jaccard);
  return band == StabilityBand::kHighlyStable ? "high" : stability_band_name(band);
}

void add_table(std::string& out, const SegmentsSummary& summary, int width) {
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
      cells += fmt::format("  {:>9}",
                           std::isnan(segment.share_of_revenue) ? "-" : percent(segment.share_of_revenue, 1));
    }
    if (has_stability) cells += fmt::format("  {:>9}", stability_word(segment.stability));
    const auto lines = wrapped(sets_apart_words(segment), static_cast<std::size_t>(width) - indent);
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

std::string trait_words(const Trait& trait) {
  const std::string label = printable(trait.label);
  if (!trait.level.empty()) {
    return fmt::format("{} {} {}", label, printable(trait.level), shares_words(trait.value, trait.chain));
  }
  switch (trait.unit) {
    case UnitKind::kShare:
      return fmt::format("{} {}", label, shares_words(trait.value, trait.chain));
    case UnitKind::kRatio:
    case UnitKind::kYears:
      return fmt::format("{} {:.2f} (chain {:.2f})", label, trait.value, trait.chain);
    case UnitKind::kAmount:
      break;
  }
  // A percentage of a chain's mean that is not above 0 says nothing.
  if (trait.chain > 0 && trait.value >= 0)
    return fmt::format("{} {:+.0f} %", label, (trait.value / trait.chain - 1) * 100);
  return fmt::format("{} {} (chain {})", label, number_words(trait.value), number_words(trait.chain));
}

std::string segments_sentence(const SegmentsSummary& summary) {
  const auto n_segments = summary.segments.size();
  const std::int64_t n_placed = summary.n_stores - summary.n_left_out;
  std::string text = fmt::format("{} {} into ", stores_words(n_placed), n_placed == 1 ? "falls" : "fall");
  if (n_segments == 0) {
    text += "no cluster";
  } else {
    text += fmt::format("{} {}", n_segments, n_segments == 1 ? "cluster" : "clusters");
  }
  std::vector<std::string> parts;
  if (summary.n_noise > 0 && n_segments > 0) {
    parts.push_back(fmt::format(
        "{} ({}) {} given the likeliest", summary.n_noise,
        percent(static_cast<double>(summary.n_noise) / static_cast<double>(summary.n_fitted)),
        summary.n_noise == 1 ? "fits none by itself and was" : "fit none by themselves and were"));
  }
  if (summary.n_assigned > 0 && n_segments > 0) {
    const bool one = summary.n_assigned == 1;
    parts.push_back(fmt::format("{} {} too short a history for the fit and {} assigned afterwards",
                                summary.n_assigned, one ? "has" : "have", one ? "was" : "were"));
  }
  if (summary.n_left_out > 0) {
    const char* are = summary.n_left_out == 1 ? "is" : "are";
    parts.push_back(fmt::format("{} more {} closed, stopped selling or never sold, and {} left out",
                                summary.n_left_out, are, are));
  }
  for (const std::string& part : parts) text.append("; ").append(part);
  return text + ".";
}

std::string sets_apart_words(const Segment& segment) {
  if (segment.sets_apart.empty()) return "nothing: it is like the chain";
  std::string text;
  for (const Trait& trait : segment.sets_apart) {
    if (!text.empty()) text.append("; ");
    text.append(trait_words(trait));
  }
  return text;
}

std::string render_segments(const SegmentsSummary& summary, int width) {
  width = std::max(width, kLeastWidth);
  std::string out;
  add_wrapped(out, segments_sentence(summary), width);
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
