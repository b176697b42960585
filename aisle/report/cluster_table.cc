#include "aisle/report/cluster_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aisle/cluster/stability.h"
#include "aisle/insight/segments_table.h"
#include "aisle/report/cluster_mark.h"
#include "aisle/report/html.h"

namespace aisle {
namespace {

// On a narrow screen a row is a card, and each figure says its column's name.
std::string figure_cell(const char* column, const std::string& content) {
  return fmt::format("<td class=\"number\" data-name=\"{}\">{}</td>", column, content);
}

// What stands in brackets stays on one line.
std::string unbroken(std::string text) {
  if (const std::size_t chain = text.find("(chain "); chain != std::string::npos) {
    text.replace(chain + 6, 1, "\u00a0");
  }
  return text;
}

std::string traits_list(const Segment& segment, const NumberWords& words) {
  if (segment.sets_apart.empty())
    return "<p class=\"small quiet\">Nothing sets it apart: it is like the chain.</p>";
  std::string list = "<ul class=\"traits\">";
  for (const Trait& trait : segment.sets_apart) {
    list += fmt::format("<li>{} {}</li>", trait.effect < 0 ? "▼" : "▲",
                        html_text(unbroken(trait_words(trait, words))));
  }
  return list + "</ul>";
}

std::string share_bar(double share, std::int64_t cluster, const NumberWords& words) {
  if (std::isnan(share)) return "-";
  return fmt::format("<span class=\"bar {}\" style=\"--share:{:.3f}\"></span>{}", colour_class(cluster),
                     share, words.percent(share));
}

bool has_stability(const ReportDocuments& documents) {
  const auto& segments = documents.segments.segments;
  return std::any_of(segments.begin(), segments.end(),
                     [](const Segment& segment) { return !std::isnan(segment.stability); });
}

std::string stability_words(double mean_jaccard, const NumberWords& words) {
  if (std::isnan(mean_jaccard)) return "-";
  const StabilityBand band = stability_band(mean_jaccard);
  const bool holds = band == StabilityBand::kValid || band == StabilityBand::kHighlyStable;
  return fmt::format("{}<br><small class=\"grade-{}\">{}</small>", words.fixed(mean_jaccard, 2),
                     holds ? "strong" : "weak", stability_band_name(band));
}

std::string row(const ReportDocuments& documents, const Segment& segment, const NumberWords& words) {
  const auto name = documents.names.find(segment.cluster);
  const std::string title =
      name == documents.names.end() ? fmt::format("Cluster {}", segment.cluster) : name->second;
  std::string html = fmt::format(
      "<tr><td class=\"id\"><span class=\"mark s{0} {1}\"></span>{2}</td>"
      "<th scope=\"row\" class=\"name\"><a href=\"#cluster-{2}\">{3}</a>{4}</th>",
      shape_of(segment.cluster), colour_class(segment.cluster), segment.cluster, html_text(title),
      traits_list(segment, words));
  std::string stores = words.whole(segment.n_stores);
  if (segment.n_inferred > 0) {
    stores += fmt::format("<br><small class=\"quiet\">{} inferred</small>", words.whole(segment.n_inferred));
  }
  html += figure_cell("Stores", stores);
  if (!std::isnan(documents.segments.revenue)) {
    html += figure_cell("Share of sales", share_bar(segment.share_of_revenue, segment.cluster, words));
  }
  if (has_stability(documents)) html += figure_cell("Stability", stability_words(segment.stability, words));
  if (!documents.prize.empty()) {
    const auto prize = documents.prize.find(segment.cluster);
    html += figure_cell("Prize", words.money(prize == documents.prize.end() ? std::nan("") : prize->second));
  }
  return html + "</tr>\n";
}

}  // namespace

std::string cluster_table(const ReportDocuments& documents, const NumberWords& words) {
  if (documents.segments.segments.empty()) return "";
  std::string html =
      "<table class=\"clusters\"><thead><tr><th scope=\"col\"><span class=\"unseen\">Id</span></th>"
      "<th scope=\"col\">Cluster</th><th scope=\"col\" class=\"number\">Stores</th>";
  if (!std::isnan(documents.segments.revenue)) {
    html += "<th scope=\"col\" class=\"number\">Share of sales</th>";
  }
  if (has_stability(documents)) html += "<th scope=\"col\" class=\"number\">Stability</th>";
  if (!documents.prize.empty()) html += "<th scope=\"col\" class=\"number\">Prize</th>";
  html += "</tr></thead><tbody>\n";
  for (const Segment& segment : documents.segments.segments) html += row(documents, segment, words);
  return html + "</tbody></table>";
}

}  // namespace aisle
