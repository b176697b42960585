#include "aisle/report/first_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "aisle/insight/segments_table.h"
#include "aisle/report/cluster_table.h"
#include "aisle/report/html.h"
#include "aisle/report/store_picture.h"

namespace aisle {
namespace {

std::string eyebrow(const ReportDocuments& documents, const NumberWords& words) {
  std::string line = html_text(documents.segments.project);
  line += " · " + words.counted(documents.segments.n_stores, "store");
  if (!documents.from.empty()) {
    line += fmt::format(" · {} to {}", html_text(day_words(documents.from)),
                        html_text(day_words(documents.until)));
  }
  return "<p class=\"eyebrow\">" + line + "</p>\n";
}

std::string aspects_of(const Verdict& verdict, bool weak, const NumberWords& words) {
  std::string list;
  for (const VerdictAspect& aspect : verdict.aspects) {
    if ((aspect.grade == Grade::kWeak) != weak) continue;
    const std::string remedy = aspect.remedy.empty() ? "" : " " + html_text(aspect.remedy);
    list += fmt::format("<li><span class=\"grade-{0}\">{0}</span> {1}{2}</li>", grade_name(aspect.grade),
                        html_text(words.sentence(aspect.reason)), remedy);
  }
  return list.empty() ? "" : "<ul>" + list + "</ul>";
}

// A weak result says so, and why, before any figure.
std::string verdict_words(const Verdict& verdict, const NumberWords& words) {
  const std::string rest = aspects_of(verdict, false, words);
  const std::string how =
      rest.empty() ? ""
                   : "<details class=\"how\"><summary>What it rests on</summary>" + rest + "</details>\n";
  const std::string grade = fmt::format("<strong class=\"grade-{0}\">A {0} result.</strong> {1}",
                                        grade_name(verdict.grade), html_text(verdict.sentence));
  if (verdict.grade != Grade::kWeak) return "<p class=\"verdict\">" + grade + "</p>\n" + how;
  return "<div class=\"warning\"><p>" + grade + "</p>" + aspects_of(verdict, true, words) + "</div>\n" + how;
}

std::string key_figure(const std::string& name, const std::string& value, const std::string& beside) {
  return fmt::format("<div><dt>{}</dt><dd>{}{}</dd></div>\n", name, value,
                     beside.empty() ? "" : " <small>" + beside + "</small>");
}

std::string size_range(const SegmentsSummary& summary, const NumberWords& words) {
  const auto [least, most] =
      std::minmax_element(summary.segments.begin(), summary.segments.end(),
                          [](const Segment& a, const Segment& b) { return a.n_stores < b.n_stores; });
  if (summary.segments.size() == 1) return "of " + words.counted(least->n_stores, "store");
  if (least->n_stores == most->n_stores) return words.whole(least->n_stores) + " stores each";
  return fmt::format("of {} to {} stores", words.whole(least->n_stores), words.whole(most->n_stores));
}

std::string key_figures(const ReportDocuments& documents, const NumberWords& words) {
  const SegmentsSummary& summary = documents.segments;
  std::string html = "<dl class=\"kpis\">\n";
  html += key_figure("Stores", words.whole(summary.n_stores),
                     summary.n_unassigned > 0 ? words.whole(summary.n_unassigned) + " in no cluster"
                                              : "all found in a cluster or assigned to one");
  html += key_figure("Clusters", words.whole(static_cast<std::int64_t>(summary.segments.size())),
                     summary.segments.empty() ? "none was found" : size_range(summary, words));
  const double inferred =
      summary.n_stores == 0 ? std::nan("")
                            : static_cast<double>(summary.n_inferred) / static_cast<double>(summary.n_stores);
  html += key_figure("Inferred", words.percent(inferred),
                     summary.n_inferred == 0 ? "no store was assigned"
                     : summary.n_inferred == 1
                         ? "1 store was given the likeliest cluster"
                         : words.whole(summary.n_inferred) + " stores were given the likeliest cluster");
  if (!std::isnan(summary.revenue)) {
    html += key_figure("Sales", words.money(summary.revenue),
                       documents.from.empty()
                           ? "of all stores"
                           : html_text(day_words(documents.from) + " to " + day_words(documents.until)));
  }
  if (!documents.prize.empty() && summary.revenue > 0) {
    html += key_figure("Prize at the median", words.money(documents.prize_total),
                       words.percent(documents.prize_total / summary.revenue) + " of sales");
  }
  return html + "</dl>\n";
}

std::string picture(const ReportDocuments& documents, const NumberWords& words) {
  const auto n_shown = static_cast<std::int64_t>(documents.stores.size());
  const std::string svg = store_picture(
      documents.stores, documents.names,
      fmt::format("{} stores on a map of the store space, coloured by cluster", words.whole(n_shown)));
  if (svg.empty()) return "";
  const std::size_t n_clusters = documents.segments.segments.size();
  return fmt::format(
      "<figure id=\"store-map\"><h2>{}</h2><p class=\"small quiet\">Each point is a store; near means alike. "
      "Hollow: "
      "fits none by itself.</p><div class=\"picture\">{}</div></figure>\n",
      n_clusters == 1
          ? "One group of stores"
          : fmt::format("{} groups of stores", words.whole(static_cast<std::int64_t>(n_clusters))),
      svg);
}

std::string table(const ReportDocuments& documents, const NumberWords& words) {
  const std::string html = cluster_table(documents, words);
  if (html.empty()) return "<p>No cluster was found, so there is nothing to compare.</p>";
  return "<div><h2>What sets each apart</h2><p class=\"small quiet\">Against the mean of the chain, the "
         "largest difference "
         "first.</p><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Clusters\">" +
         html + "</div></div>\n";
}

}  // namespace

std::string first_screen(const ReportDocuments& documents, const NumberWords& words) {
  const std::string map = picture(documents, words);
  return eyebrow(documents, words) + "<h1>" + html_text(segments_sentence(documents.segments, words)) +
         "</h1>\n" + verdict_words(documents.segments.verdict, words) + key_figures(documents, words) +
         fmt::format("<div class=\"overview{}\">\n", map.empty() ? "" : " with-map") + map +
         table(documents, words) + "</div>\n";
}

}  // namespace aisle
