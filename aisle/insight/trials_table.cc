#include "aisle/insight/trials_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "aisle/insight/terminal_text.h"

namespace aisle {
namespace {

using Row = std::vector<std::string>;

std::string score(double value) {
  return std::isnan(value) ? "-" : fmt::format("{:.3f}", value);
}

std::vector<const Trial*> in_order(const Tuning& tuning, const std::vector<Trial>& trials) {
  std::vector<const Trial*> order;
  for (const Trial& trial : trials) order.push_back(&trial);
  const auto rank = [&](const Trial& trial) {
    if (trial.number == tuning.recommended) return 0;
    return trial.on_front ? 1 : 2;
  };
  std::stable_sort(order.begin(), order.end(), [&](const Trial* left, const Trial* right) {
    if (rank(*left) != rank(*right)) return rank(*left) < rank(*right);
    if (std::isnan(left->dbcv) || std::isnan(right->dbcv))
      return !std::isnan(left->dbcv) && std::isnan(right->dbcv);
    return left->dbcv > right->dbcv;
  });
  return order;
}

Row head_of(const Trial& trial) {
  Row row = {"", "Trial"};
  for (const auto& [name, value] : trial.values) row.push_back(name);
  for (const char* name : {"Clusters", "Smallest", "Noise", "DBCV", "Silhouette", "Stability"}) {
    row.emplace_back(name);
  }
  return row;
}

Row row_of(const Tuning& tuning, const Trial& trial) {
  const char* mark = trial.number == tuning.recommended ? "★" : trial.on_front ? "•" : "";
  Row row = {mark, fmt::format("{}", trial.number)};
  for (const auto& [name, value] : trial.values) row.push_back(value);
  if (!trial.problem.empty()) {
    row.insert(row.end(), {"-", "-", "-", "-", "-", "-"});
    return row;
  }
  row.insert(row.end(), {fmt::format("{}", trial.n_clusters), fmt::format("{}", trial.smallest),
                         fmt::format("{:.1f} %", 100 * trial.noise_share), score(trial.dbcv),
                         score(trial.silhouette), score(trial.stability)});
  return row;
}

void add_table(std::string& out, const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], text_width(row[at]));
  }
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t at = 0; at < row.size(); ++at) {
      line += std::string(widths[at] - text_width(row[at]) + (at == 0 ? 0 : 2), ' ') + row[at];
    }
    out += line + "\n";
  }
}

// Each problem once, with the first trial that has it.
void add_problems(std::string& out, const std::vector<Trial>& trials, int width) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> problems;  // the first trial, and how many
  for (const Trial& trial : trials) {
    if (trial.problem.empty()) continue;
    const auto [problem, is_new] = problems.try_emplace(trial.problem, trial.number, 0);
    ++problem->second.second;
  }
  for (const auto& [problem, where] : problems) {
    const auto& [first, count] = where;
    const std::string who = count == 1 ? fmt::format("Trial {} has", first)
                                       : fmt::format("Trial {} and {} more have", first, count - 1);
    add_wrapped(out, fmt::format("{} no clusters: {}.", who, printable(problem)), width);
  }
  if (!problems.empty()) out += "\n";
}

}  // namespace

std::string render_trials(const Tuning& tuning, const std::vector<Trial>& trials, std::size_t most,
                          int width) {
  std::string out;
  if (!trials.empty()) {
    const auto order = in_order(tuning, trials);
    std::vector<Row> rows = {head_of(trials.front())};
    for (std::size_t at = 0; at < std::min(most, order.size()); ++at)
      rows.push_back(row_of(tuning, *order[at]));
    add_table(out, rows);
    if (most < order.size()) out += fmt::format("... and {} more\n", order.size() - most);
    out +=
        "★ recommended, • on the front: no other trial is as good in all of DBCV, silhouette and noise\n\n";
  }
  add_problems(out, trials, width);
  add_wrapped(out, printable(tuning.reason), width);
  return out;
}

}  // namespace aisle
