#include "aisle/insight/drivers.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "aisle/cluster/validity.h"
#include "aisle/insight/numbers_json.h"
#include "aisle/segment/design.h"
#include "aisle/segment/found_clusters.h"
#include "aisle/segment/terms.h"

namespace aisle {
namespace {

// An entry of the options, and where it stands there.
struct Group {
  Driver driver;
  const Term* term = nullptr;
};

std::string label_of_entry(const FeatureLabels& labels, const std::string& pattern) {
  // "mix_*" is "share of" and the category's name.
  const auto own = labels.find(pattern);
  if (own != labels.end() && pattern.ends_with('*')) return own->second.label + " each category";
  return label_of(labels, pattern).label;
}

// The share that each column of the matrix has of the mean distance of a pair.
std::vector<double> column_shares(const Matrix& matrix, Metric metric) {
  std::vector<double> shares(matrix.n_cols());
  double sum = 0;
  for (std::size_t col = 0; col < matrix.n_cols(); ++col) {
    std::vector<double> values(matrix.n_rows());
    for (std::size_t row = 0; row < values.size(); ++row) values[row] = matrix(row, col);
    shares[col] = mean_pair_distance(std::move(values), metric);
    sum += shares[col];
  }
  for (double& share : shares) share = sum > 0 ? share / sum : 0;
  return shares;
}

// Groups in the order of the options, with shares added column by column of the model.
class GroupShares {
 public:
  GroupShares(const ModelTerms& terms, const FeatureLabels& labels) {
    for (const Term& term : terms.context) add_group(term, "context", labels);
    for (const Term& term : terms.behaviour) add_group(term, "behaviour", labels);
  }

  void add(const std::string& role, const std::string& column, ColumnTransform transform, double share) {
    for (Group& group : groups_) {
      const bool fits = group.driver.role == role && group.term->entry.transform == transform &&
                        column_matches(group.term->entry.pattern, column);
      if (!fits) continue;
      auto& columns = group.driver.columns;
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
      group.driver.share += share;
      return;
    }
  }

  // Those that have a column, in the order of the options.
  std::vector<Group> groups() && {
    std::erase_if(groups_, [](const Group& group) { return group.driver.columns.empty(); });
    return std::move(groups_);
  }

 private:
  void add_group(const Term& term, const char* role, const FeatureLabels& labels) {
    Group group;
    group.driver.entry = term.text;
    group.driver.label = label_of_entry(labels, term.entry.pattern);
    group.driver.role = role;
    group.term = &term;
    groups_.push_back(std::move(group));
  }

  std::vector<Group> groups_;
};

// An axis's share is taken apart by the squared loadings of the columns on it; they add up to 1.
double share_on_axes(const Matrix& loadings, std::size_t begin, std::size_t end,
                     const std::vector<double>& shares) {
  double share = 0;
  for (std::size_t axis = 0; axis < loadings.n_cols(); ++axis) {
    for (std::size_t at = begin; at < end; ++at)
      share += shares[axis] * loadings(at, axis) * loadings(at, axis);
  }
  return share;
}

std::vector<Group> shares_of_groups(const InsightData& data, const ModelTerms& terms) {
  const DesignFit& design = data.model.design;
  const auto shares = column_shares(data.model.matrix, data.model.metric);
  GroupShares groups(terms, data.labels);
  std::size_t at = 0;
  for (const NumericInput& input : design.columns.context_numeric) {
    groups.add("context", input.column, input.transform,
               share_on_axes(design.famd.loadings, at, at + 1, shares));
    ++at;
  }
  for (std::size_t category = 0; category < design.columns.context_categorical.size(); ++category) {
    const std::size_t end = at + design.famd.levels[category].size();
    groups.add("context", design.columns.context_categorical[category].column, ColumnTransform::kNone,
               share_on_axes(design.famd.loadings, at, end, shares));
    at = end;
  }
  const std::size_t n_axes = design.famd.loadings.n_cols();
  for (std::size_t col = 0; col < design.columns.behaviour.size(); ++col) {
    const NumericInput& input = design.columns.behaviour[col];
    groups.add("behaviour", input.column, input.transform, shares[n_axes + col]);
  }
  return std::move(groups).groups();
}

ModelTerms terms_without(const ModelTerms& terms, const Term* left_out) {
  ModelTerms result;
  const auto keep = [&](const std::vector<Term>& from, std::vector<Term>& to) {
    for (const Term& term : from) {
      if (&term != left_out) to.push_back(term);
    }
  };
  keep(terms.context, result.context);
  keep(terms.behaviour, result.behaviour);
  return result;
}

Refit refit_without(const InsightData& data, const Table& fitted, const ModelTerms& terms,
                    const CancelFlag* cancel) {
  const Design design = fit_design(fitted, terms, data.options.famd);
  const ClusterSelection selection = cluster_alike(data.model, design.matrix, 1, {}, cancel);
  return {selection.n_clusters, selection.n_noise,
          adjusted_rand_index(selection.labels, data.model.clusters.labels)};
}

}  // namespace

double mean_pair_distance(std::vector<double> values, Metric metric) {
  const auto n = static_cast<double>(values.size());
  if (values.size() < 2) return 0;
  std::sort(values.begin(), values.end());
  double sum = 0;
  if (metric == Metric::kManhattan) {
    // In sorted order each gap lies between the pairs of those below and those above it.
    for (std::size_t at = 1; at < values.size(); ++at) {
      const auto below = static_cast<double>(at);
      sum += (values[at] - values[at - 1]) * below * (n - below);
    }
    return sum / (n * (n - 1) / 2);
  }
  double mean = 0;
  for (const double value : values) mean += value;
  mean /= n;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return 2 * sum / (n - 1);
}

Drivers find_drivers(const InsightData& data, const CancelFlag* cancel) {
  const ModelTerms terms = model_terms(data.options);
  std::vector<Group> groups = shares_of_groups(data, terms);
  Drivers drivers;
  drivers.fit = data.metrics.fit;
  drivers.metric = data.model.metric;
  drivers.n_stores = data.clusters.fitted.size();
  if (groups.size() > 1 && drivers.n_stores <= kMostStoresRefitted) {
    const Table fitted = data.stores.take(data.clusters.fitted);
    for (Group& group : groups) {
      group.driver.without = refit_without(data, fitted, terms_without(terms, group.term), cancel);
    }
  }
  for (Group& group : groups) drivers.groups.push_back(std::move(group.driver));
  std::stable_sort(drivers.groups.begin(), drivers.groups.end(),
                   [](const Driver& a, const Driver& b) { return a.share > b.share; });
  return drivers;
}

std::string drivers_json(const Drivers& drivers) {
  Json groups = Json::array();
  for (const Driver& driver : drivers.groups) {
    const auto refit = [&](auto value) {
      return driver.without ? Json(value(*driver.without)) : Json(nullptr);
    };
    groups.push_back(
        {{"entry", driver.entry},
         {"label", driver.label},
         {"columns", driver.columns},
         {"role", driver.role},
         {"share", number_json(driver.share)},
         {"without_clusters", refit([](const Refit& fit) { return fit.n_clusters; })},
         {"without_noise", refit([](const Refit& fit) { return fit.n_noise; })},
         {"without_ari", refit([](const Refit& fit) { return rounded(fit.adjusted_rand_index); })}});
  }
  return document_text({{"kind", "aisle-drivers"},
                        {"format", kDriversFormat},
                        {"fit", drivers.fit},
                        {"metric", drivers.metric == Metric::kManhattan ? "manhattan" : "euclidean"},
                        {"n_stores", drivers.n_stores},
                        {"groups", groups}});
}

}  // namespace aisle
