#include "aisle/insight/prize.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "aisle/insight/numbers_json.h"
#include "aisle/insight/profiles.h"

namespace aisle {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// A store's measure, NaN where it has none above 0, and how many m2 or weeks it stands for.
struct Measured {
  std::vector<double> rate;
  std::vector<double> base;
};

Measured measure(const InsightData& data, const Column& rate, const Column& revenue) {
  const std::size_t n_stores = data.clusters.n_stores();
  Measured result{std::vector<double>(n_stores, kNone), std::vector<double>(n_stores, kNone)};
  for (std::size_t row = 0; row < n_stores; ++row) {
    const double value = rate.number_at(row);
    const double sales = revenue.number_at(row);
    if (data.clusters.final_cluster[row] < 0 || !(value > 0) || !std::isfinite(value) || !(sales > 0))
      continue;
    result.rate[row] = value;
    result.base[row] = sales / value;
  }
  return result;
}

PrizeAim aim_at(const InsightData& data, const Measured& measured, double share) {
  std::vector<std::vector<double>> rates(data.n_clusters());
  for (std::size_t row = 0; row < measured.rate.size(); ++row) {
    if (std::isnan(measured.rate[row])) continue;
    rates[static_cast<std::size_t>(data.clusters.final_cluster[row])].push_back(measured.rate[row]);
  }
  PrizeAim aim;
  for (std::vector<double>& values : rates) {
    std::sort(values.begin(), values.end());
    aim.rate.push_back(quantile_of(values, share));
  }
  aim.n_below.assign(rates.size(), 0);
  aim.cluster_amount.assign(rates.size(), 0);
  aim.store_amount.assign(measured.rate.size(), kNone);
  for (std::size_t row = 0; row < measured.rate.size(); ++row) {
    if (std::isnan(measured.rate[row])) continue;
    const auto cluster = static_cast<std::size_t>(data.clusters.final_cluster[row]);
    const double missing = aim.rate[cluster] - measured.rate[row];
    aim.store_amount[row] = std::max(missing, 0.0) * measured.base[row];
    if (missing <= 0) continue;
    ++aim.n_below[cluster];
    aim.cluster_amount[cluster] += aim.store_amount[row];
    aim.total += aim.store_amount[row];
  }
  return aim;
}

}  // namespace

Prize size_the_prize(const InsightData& data) {
  Prize prize;
  prize.fit = data.metrics.fit;
  prize.cluster_ids = data.clusters.ids;
  const Column* revenue = data.stores.find("total_revenue");
  for (const char* name : {"revenue_per_sqm", "revenue_per_week"}) {
    const Column* rate = data.stores.find(name);
    if (revenue == nullptr || rate == nullptr || rate->null_count() == rate->size()) continue;
    prize.measure = name;
    prize.label = label_of(data.labels, name).label;
    const Measured measured = measure(data, *rate, *revenue);
    prize.median = aim_at(data, measured, 0.5);
    prize.upper_quartile = aim_at(data, measured, 0.75);
    break;
  }
  if (prize.measure.empty()) {
    prize.absent = "There are no sizes, and no sales per week (feature group trading) to measure by instead.";
  } else if (prize.cluster_ids.empty()) {
    prize.absent = "No cluster was found.";
  }
  return prize;
}

std::string prize_json(const Prize& prize, const std::string& from, const std::string& until) {
  const auto text_or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
  return document_text({{"kind", "aisle-prize"},
                        {"format", kPrizeFormat},
                        {"fit", prize.fit},
                        {"absent", text_or_null(prize.absent)},
                        {"measure", text_or_null(prize.measure)},
                        {"label", text_or_null(prize.label)},
                        {"from", text_or_null(from)},
                        {"until", text_or_null(until)},
                        {"clusters", prize.cluster_ids},
                        {"median", numbers_json(prize.median.rate)},
                        {"upper_quartile", numbers_json(prize.upper_quartile.rate)},
                        {"n_below_median", prize.median.n_below},
                        {"to_median", numbers_json(prize.median.cluster_amount)},
                        {"n_below_upper_quartile", prize.upper_quartile.n_below},
                        {"to_upper_quartile", numbers_json(prize.upper_quartile.cluster_amount)},
                        {"total",
                         {{"to_median", number_json(prize.median.total)},
                          {"to_upper_quartile", number_json(prize.upper_quartile.total)}}},
                        {"store_to_median", numbers_json(prize.median.store_amount)},
                        {"store_to_upper_quartile", numbers_json(prize.upper_quartile.store_amount)}});
}

}  // namespace aisle
