#include "aisle/features/build_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/engine/user_sql.h"
#include "aisle/features/feature_catalogue.h"
#include "aisle/features/feature_query.h"
#include "aisle/features/store_list.h"
#include "aisle/features/store_months.h"
#include "aisle/features/user_features.h"
#include "aisle/features/working_tables.h"

namespace aisle {
namespace {

constexpr const char* kAsset = "store_features";
// A store without a sale for this long before the end of the sales has stopped.
constexpr std::int64_t kSilentDays = 13 * 7;
// The original's attributes, in its order; any others stand after its last column.
constexpr const char* kFirstAttributes[] = {"store_id",
                                            "store_name",
                                            "regional",
                                            "current_cluster_label",
                                            "opening_date",
                                            "placement",
                                            "storage_capacity_m2",
                                            "address",
                                            "city",
                                            "state"};

void check_group_names(const FeatureOptions& options) {
  std::vector<std::string> known;
  for (const FeatureGroup& group : feature_catalogue()) {
    if (group.switchable) known.push_back(group.name);
  }
  for (const std::string& name : options.groups) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = nearest_name(name, known);
    throw InvalidInput({.where = "features.groups",
                        .what = fmt::format("there is no group '{}'", name),
                        .expected = fmt::format("any of {}", fmt::join(known, ", ")),
                        .remedy = near.empty() ? "" : fmt::format("did you mean '{}'?", near)});
  }
}

// What a group needs and the tables do not have, as "fact_inventory.qty_on_hand, ..."; "" when all is there.
std::string missing_needs(const FeatureGroup& group, const RawTables& tables, const FeatureOptions& options) {
  std::string missing;
  for (std::string need : group.needs) {
    if (const std::size_t at = need.find("{mix_column}"); at != std::string::npos) {
      need.replace(at, std::string("{mix_column}").size(), options.mix_column);
    }
    const std::size_t dot = need.find('.');
    if (dot == std::string::npos || tables.has(need.substr(0, dot), need.substr(dot + 1))) continue;
    missing += (missing.empty() ? "" : ", ") + need;
  }
  return missing;
}

// Builds the table of store features: attributes, then group after group.
class FeatureBuilder {
 public:
  FeatureBuilder(Engine& engine, const RawTables& tables, const Options& options, const EventSink& sink,
                 const FeatureBasis* basis)
      : engine_(engine), tables_(tables), options_(options), sink_(sink), basis_(basis) {}

  FeatureResult build(const ProjectPaths& paths);

 private:
  void report_step(const std::string& what);
  void make_tables();
  void add_first_attributes();
  void add_other_attributes();
  bool can_be_made(const FeatureGroup& group, GroupOutcome& outcome) const;
  QueryOutcome queried(const FeatureGroup& group, GroupOutcome& outcome);
  void run_group(const FeatureGroup& group);
  void run_user_group(const FeatureGroup& group);
  void add_columns(const FeatureGroup& group, std::vector<Column> columns, GroupOutcome& outcome);
  QueryOutcome run_query(const FeatureGroup& group);
  void settle_mix(const FeatureGroup& group, QueryOutcome& made);
  void add_sizes(const Column* sizes, GroupOutcome& outcome);
  void add_history(GroupOutcome& outcome);
  void warn_of_everything() const;

  Engine& engine_;
  const RawTables& tables_;
  const Options& options_;
  const EventSink& sink_;
  const FeatureBasis* basis_;  // null: the stores are their own
  FeatureResult result_;
  Table stores_;
  StoreRows store_rows_;
  double n_done_ = 0;
  double n_steps_ = 0;
};

void FeatureBuilder::report_step(const std::string& what) {
  sink_(Progress{.asset = kAsset, .done = ++n_done_, .total = n_steps_, .unit = what});
}

void FeatureBuilder::make_tables() {
  make_sums(engine_, tables_, options_.features, basis_, result_);
  stores_ = make_store_list(engine_, tables_, result_);
  const Column& ids = stores_.column("store_id");
  for (std::size_t row = 0; row < stores_.n_rows(); ++row) store_rows_.emplace(ids.texts[row], row);
  make_stock(engine_, tables_, options_.features, result_);
  make_window(engine_, tables_, options_, basis_, result_);
  count_unknown_stores(engine_, result_);
  result_.store_months = make_store_months(engine_);
}

void FeatureBuilder::add_first_attributes() {
  for (const char* name : kFirstAttributes) {
    if (const Column* column = stores_.find(name)) result_.store_features.add(*column);
  }
}

void FeatureBuilder::add_other_attributes() {
  for (const Column& column : stores_.columns()) {
    if (column.name == "size_m2" || result_.store_features.find(column.name) != nullptr) continue;
    result_.store_features.add(column);
  }
}

void FeatureBuilder::add_columns(const FeatureGroup& group, std::vector<Column> columns,
                                 GroupOutcome& outcome) {
  for (Column& column : columns) {
    if (result_.store_features.find(column.name) != nullptr || stores_.find(column.name) != nullptr) {
      throw DataError({.where = group.file,
                       .what = fmt::format("there is a column {} already", column.name),
                       .expected = "a name of its own",
                       .remedy = "rename it in the query"});
    }
    outcome.columns.push_back(column.name);
    result_.store_features.add(std::move(column));
  }
}

// The training has columns that may be empty for a few new stores: they stay, for the model to fill.
QueryOutcome FeatureBuilder::run_query(const FeatureGroup& group) {
  QueryOutcome made = run_feature_query(engine_, group, store_rows_, stores_.n_rows());
  if (basis_ == nullptr) return made;
  for (const std::string& name : std::exchange(made.without, {})) {
    Column column = double_column(name, std::vector<double>(stores_.n_rows()));
    column.is_null.assign(stores_.n_rows(), 1);
    made.columns.push_back(std::move(column));
  }
  return made;
}

// A category of the training that these stores do not sell is a share of 0; one that the training lacks has
// no column, and counts in the whole.
void FeatureBuilder::settle_mix(const FeatureGroup& group, QueryOutcome& made) {
  if (basis_ == nullptr) {
    result_.mix_categories = made.names;
    return;
  }
  std::vector<Column> columns;
  for (const std::string& name : basis_->mix_categories) {
    const auto found = std::find(made.names.begin(), made.names.end(), name);
    if (found == made.names.end()) {
      columns.push_back(double_column(group.prefix + name, std::vector<double>(stores_.n_rows())));
    } else {
      columns.push_back(std::move(made.columns[static_cast<std::size_t>(found - made.names.begin())]));
      *found = "";
    }
  }
  const bool any_new =
      std::any_of(made.names.begin(), made.names.end(), [](const auto& n) { return !n.empty(); });
  if (any_new) result_.notes.push_back("The stores sell categories that the training did not have.");
  made.columns = std::move(columns);
  result_.mix_categories = basis_->mix_categories;
}

// size_m2 and revenue_per_sqm close the original's columns; the flag comes after them.
void FeatureBuilder::add_sizes(const Column* sizes, GroupOutcome& outcome) {
  const std::size_t n = stores_.n_rows();
  std::vector<double> known(n, std::numeric_limits<double>::quiet_NaN());
  std::vector<double> storages = known;
  const Column* storage = stores_.find("storage_capacity_m2");
  for (std::size_t row = 0; row < n; ++row) {
    if (sizes != nullptr) known[row] = sizes->number_at(row);
    if (storage != nullptr) storages[row] = storage->number_at(row);
  }
  result_.size_fit = basis_ != nullptr ? basis_->size_fit : fit_size(known, storages);
  if (!result_.size_fit) {
    outcome.why = "no store has a size";
    return;
  }
  const Column& revenue = result_.store_features.column("total_revenue");
  std::vector<double> per_sqm(n, 0.0);
  std::vector<std::uint8_t> imputed(n, 0);
  for (std::size_t row = 0; row < n; ++row) {
    imputed[row] = known[row] > 0 ? 0 : 1;
    if (imputed[row] != 0) known[row] = imputed_size(*result_.size_fit, storages[row]);
    if (known[row] > 0) per_sqm[row] = revenue.number_at(row) / known[row];
    result_.n_sizes_imputed += imputed[row];
  }
  result_.store_features.add(double_column("size_m2", std::move(known)));
  result_.store_features.add(double_column("revenue_per_sqm", std::move(per_sqm)));
  add_other_attributes();
  result_.store_features.add(bool_column("size_m2_imputed", std::move(imputed)));
  outcome.made = true;
  outcome.columns = {"size_m2", "revenue_per_sqm", "size_m2_imputed"};
  if (result_.n_sizes_imputed > 0) {
    result_.notes.push_back(fmt::format(
        "The size of {} of {} stores was imputed{}.", result_.n_sizes_imputed, n,
        result_.size_fit->n_fitted > 0 ? " from their storage area" : " by the mean size of the others"));
  }
}

void FeatureBuilder::add_history(GroupOutcome& outcome) {
  const std::size_t n = stores_.n_rows();
  const std::int64_t as_of = parse_date(result_.as_of, "features.as_of");
  const std::int64_t until = parse_date(result_.until, "features.until");
  if (const Column* opening = stores_.find("opening_date")) {
    Column years = double_column("anos_de_loja", std::vector<double>(n, 0.0));
    years.is_null = opening->is_null;
    for (std::size_t row = 0; row < n; ++row) {
      if (!opening->null_at(row))
        years.doubles[row] = static_cast<double>(as_of - opening->ints[row]) / 365.25;
    }
    if (const std::size_t n_null = opening->null_count(); n_null > 0) {
      result_.notes.push_back(
          fmt::format("{} of {} stores have no opening date: their age is unknown.", n_null, n));
    }
    result_.store_features.add(std::move(years));
    outcome.columns.push_back("anos_de_loja");
  }
  const Column* closing = stores_.find("closing_date");
  const Column* weeks = result_.store_features.find("weeks_active");
  const Column* last = result_.store_features.find("last_sale");
  std::vector<std::string> reasons(n);
  std::vector<std::uint8_t> eligible(n, 0);
  for (std::size_t row = 0; row < n; ++row) {
    if (weeks == nullptr || last == nullptr || weeks->null_at(row))
      reasons[row] = "no sales";
    else if (closing != nullptr && !closing->null_at(row) && closing->ints[row] <= as_of)
      reasons[row] = "closed";
    else if (last->ints[row] + kSilentDays < until)
      reasons[row] = "stopped selling";
    else if (weeks->ints[row] < options_.features.min_weeks)
      reasons[row] = "too short";
    eligible[row] = reasons[row].empty() ? 1 : 0;
  }
  for (const char* reason : {"no sales", "closed", "stopped selling", "too short"}) {
    const auto n_stores = std::count(reasons.begin(), reasons.end(), reason);
    if (n_stores > 0) {
      result_.notes.push_back(
          fmt::format("{} of {} stores take no part in the fit: {}.", n_stores, n, reason));
    }
  }
  Column reason = text_column("fit_reason", std::move(reasons));
  reason.is_null = eligible;
  result_.store_features.add(bool_column("fit_eligible", std::move(eligible)));
  result_.store_features.add(std::move(reason));
  outcome.columns.insert(outcome.columns.end(), {"fit_eligible", "fit_reason"});
}

// Whether the tables have what the group needs; `outcome` says what they lack.
bool FeatureBuilder::can_be_made(const FeatureGroup& group, GroupOutcome& outcome) const {
  const std::string missing = missing_needs(group, tables_, options_.features);
  if (!missing.empty()) outcome.why = "there is no " + missing;
  return missing.empty();
}

// What the group's query gives; `outcome` says which columns it could not give.
QueryOutcome FeatureBuilder::queried(const FeatureGroup& group, GroupOutcome& outcome) {
  QueryOutcome made = run_query(group);
  outcome.made = !made.columns.empty();
  if (!made.without.empty()) {
    outcome.why = fmt::format("no store has a value for {}", fmt::join(made.without, ", "));
  }
  return made;
}

void FeatureBuilder::run_group(const FeatureGroup& group) {
  GroupOutcome outcome{.group = group.name, .made = false, .why = "", .columns = {}};
  const bool is_size = group.name == "size";
  if (can_be_made(group, outcome)) {
    if (is_size) {
      add_sizes(stores_.find("size_m2"), outcome);
    } else {
      QueryOutcome made = queried(group, outcome);
      if (group.name == "mix") settle_mix(group, made);
      add_columns(group, std::move(made.columns), outcome);
      if (group.name == "history") add_history(outcome);
    }
  }
  if (is_size && !outcome.made) add_other_attributes();
  result_.groups.push_back(std::move(outcome));
  report_step(group.title);
}

void FeatureBuilder::run_user_group(const FeatureGroup& group) {
  GroupOutcome outcome{.group = group.name, .made = false, .why = "", .columns = {}};
  if (can_be_made(group, outcome)) {
    if (const std::string fault = fault_of_user_query(engine_.embedded(), group.sql); !fault.empty()) {
      throw DataError({.where = group.file,
                       .what = "the query " + fault,
                       .expected = kUserSqlScope,
                       .remedy = "docs/how-to-add-a-feature.md shows the form"});
    }
    QueryOutcome made = queried(group, outcome);
    if (made.n_unknown > 0) {
      result_.notes.push_back(fmt::format("{}: {} rows are of stores that are not in the store list.",
                                          group.file, made.n_unknown));
    }
    add_columns(group, std::move(made.columns), outcome);
  }
  result_.groups.push_back(std::move(outcome));
  report_step(group.name);
}

void FeatureBuilder::warn_of_everything() const {
  for (const LostCount& lost : result_.lost) {
    sink_(WarningRaised{.asset = kAsset, .message = fmt::format("{} {} are left out.", lost.n, lost.what)});
  }
  for (const GroupOutcome& group : result_.groups) {
    if (group.why.empty()) continue;
    const char* form = group.made ? "Feature group {}: {}." : "Feature group {} is left out: {}.";
    sink_(WarningRaised{.asset = kAsset, .message = fmt::format(fmt::runtime(form), group.group, group.why)});
  }
  for (const std::string& note : result_.notes) sink_(WarningRaised{.asset = kAsset, .message = note});
}

FeatureResult FeatureBuilder::build(const ProjectPaths& paths) {
  check_group_names(options_.features);
  result_.options = options_.features;
  const std::vector<FeatureGroup> user_groups = user_feature_groups(paths);
  std::vector<const FeatureGroup*> chosen;
  for (const FeatureGroup& group : feature_catalogue()) {
    const auto& names = basis_ != nullptr ? basis_->groups : options_.features.groups;
    if (!group.switchable || std::find(names.begin(), names.end(), group.name) != names.end()) {
      chosen.push_back(&group);
    }
  }
  n_steps_ = static_cast<double>(chosen.size() + user_groups.size() + 1);
  make_tables();
  report_step("sums of sales and stock");
  add_first_attributes();
  for (const FeatureGroup* group : chosen) run_group(*group);
  for (const FeatureGroup& group : user_groups) run_user_group(group);
  warn_of_everything();
  return std::move(result_);
}

}  // namespace

FeatureResult build_features(Engine& engine, const RawTables& tables, const Options& options,
                             const ProjectPaths& paths, const EventSink& sink, const FeatureBasis* basis) {
  return FeatureBuilder(engine, tables, options, sink, basis).build(paths);
}

}  // namespace aisle
