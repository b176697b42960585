#include "aisle/project/option_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "aisle/project/presets.h"

namespace aisle {
namespace {

// The names of each enumeration, in the order of its values.
template <typename Enum>
struct NamesOf;
template <>
struct NamesOf<ReturnsPolicy> {
  static constexpr std::array names = {"net", "drop", "refuse"};
};
template <>
struct NamesOf<EngineKind> {
  static constexpr std::array names = {"duckdb", "spark"};
};
template <>
struct NamesOf<ClusterMethod> {
  static constexpr std::array names = {"hdbscan", "gaussian_mixture", "kmeans"};
};
template <>
struct NamesOf<MixtureShape> {
  static constexpr std::array names = {"spherical", "diagonal", "full"};
};
template <>
struct NamesOf<MixturePrior> {
  static constexpr std::array names = {"none", "conjugate", "pooled"};
};
template <>
struct NamesOf<DistanceMetric> {
  static constexpr std::array names = {"euclidean", "manhattan"};
};
template <>
struct NamesOf<TreeSelection> {
  static constexpr std::array names = {"eom", "leaf"};
};

template <typename Enum>
std::vector<std::string> choices_of() {
  return {NamesOf<Enum>::names.begin(), NamesOf<Enum>::names.end()};
}

template <typename Field>
OptionValue to_value(const Field& field) {
  if constexpr (std::is_enum_v<Field>) {
    return std::string(NamesOf<Field>::names[static_cast<std::size_t>(field)]);
  } else if constexpr (std::is_integral_v<Field> && !std::is_same_v<Field, bool>) {
    return static_cast<std::int64_t>(field);
  } else {
    return field;
  }
}

template <typename Field>
void from_value(Field& field, const OptionValue& value) {
  if constexpr (std::is_enum_v<Field>) {
    const auto& names = NamesOf<Field>::names;
    const auto found = std::find(names.begin(), names.end(), std::get<std::string>(value));
    field = static_cast<Field>(found - names.begin());
  } else if constexpr (std::is_integral_v<Field> && !std::is_same_v<Field, bool>) {
    field = static_cast<Field>(std::get<std::int64_t>(value));
  } else {
    field = std::get<Field>(value);
  }
}

template <auto Section, auto Member>
OptionValue get_field(const Options& options) {
  return to_value((options.*Section).*Member);
}

template <auto Section, auto Member>
void set_field(Options& options, const OptionValue& value) {
  from_value((options.*Section).*Member, value);
}

OptionValue get_format(const Options& options) {
  return static_cast<std::int64_t>(options.format);
}
void set_format(Options& options, const OptionValue& value) {
  from_value(options.format, value);
}

template <auto Section, auto Member>
OptionRow row(OptionRow base) {
  base.get = get_field<Section, Member>;
  base.set = set_field<Section, Member>;
  return base;
}

using enum OptionType;
constexpr double kCountLimit = 1e9;  // fits an int

void add_project_rows(std::vector<OptionRow>& rows) {
  using P = ProjectOptions;
  rows.push_back({.key = "format",
                  .type = kWhole,
                  .help = "version of this file; an older one is read as it was meant",
                  .low = 1,
                  .high = kOptionsFormat,
                  .get = get_format,
                  .set = set_format});
  rows.push_back(row<&Options::project, &P::name>(
      {.key = "project.name", .type = kText, .help = "name of the project, for people"}));
  rows.push_back(row<&Options::project, &P::currency>(
      {.key = "project.currency", .type = kText, .help = "currency of all amounts (ISO 4217), for people"}));
  rows.push_back(row<&Options::project, &P::locale>(
      {.key = "project.locale", .type = kText, .help = "how numbers and dates are shown, e.g. pt_BR"}));
}

void add_scope_rows(std::vector<OptionRow>& rows) {
  using S = ScopeOptions;
  rows.push_back(row<&Options::scope, &S::stores>(
      {.key = "scope.stores",
       .type = kText,
       .help = "SQL condition on the store tables' contract columns; only stores that meet it are used"}));
  rows.push_back(row<&Options::scope, &S::products>(
      {.key = "scope.products",
       .type = kText,
       .help = "SQL condition on dim_product's contract columns, e.g. category = 'Shoes'"}));
  rows.push_back(row<&Options::scope, &S::sales>(
      {.key = "scope.sales", .type = kText, .help = "SQL condition on fact_sales' contract columns"}));
}

void add_engine_rows(std::vector<OptionRow>& rows) {
  using E = EngineSettings;
  rows.push_back(row<&Options::engine, &E::kind>({.key = "engine.kind",
                                                  .type = kChoice,
                                                  .help = "where SQL runs",
                                                  .choices = choices_of<EngineKind>()}));
  rows.push_back(
      row<&Options::engine, &E::threads>({.key = "engine.threads",
                                          .type = kWhole,
                                          .help = "threads of the engine and the model; 0: all cores",
                                          .low = 0,
                                          .high = 4096}));
  rows.push_back(row<&Options::engine, &E::memory_limit>(
      {.key = "engine.memory_limit",
       .type = kText,
       .help = "memory that the engine may use, e.g. 2GB; empty: the engine's own default"}));
  rows.push_back(row<&Options::engine, &E::temp_directory>(
      {.key = "engine.temp_directory",
       .type = kText,
       .help = "folder that the engine spills to; empty: inside .aisle"}));
  rows.push_back(row<&Options::engine, &E::spark_url>(
      {.key = "engine.spark_url",
       .type = kText,
       .help = "Spark Connect server of engine.kind spark, e.g. sc://host:15002; the token comes from the "
               "environment"}));
}

void add_quality_rows(std::vector<OptionRow>& rows) {
  using Q = QualityOptions;
  rows.push_back(row<&Options::quality, &Q::defaults>(
      {.key = "quality.defaults", .type = kSwitch, .help = "check each table by the built-in expectations"}));
  rows.push_back(row<&Options::quality, &Q::suites>(
      {.key = "quality.suites",
       .type = kList,
       .help = "expectation suites of your own (Great Expectations 1.x JSON), paths from the project"}));
  rows.push_back(row<&Options::quality, &Q::off>(
      {.key = "quality.off", .type = kList, .help = "names of built-in expectations to leave out"}));
  rows.push_back(row<&Options::quality, &Q::severity>(
      {.key = "quality.severity",
       .type = kMap,
       .help = "severity of expectations by name; critical stops the flow, warning goes on",
       .choices = {"info", "warning", "critical"}}));
  rows.push_back(row<&Options::quality, &Q::volume_drop>(
      {.key = "quality.volume_drop",
       .type = kNumber,
       .help = "a day with less than this share of its usual rows or stores is held back",
       .low = 0,
       .high = 1}));
}

void add_feature_rows(std::vector<OptionRow>& rows) {
  using F = FeatureOptions;
  rows.push_back(row<&Options::features, &F::from>(
      {.key = "features.from", .type = kDate, .help = "first day of the facts; empty: the first there is"}));
  rows.push_back(row<&Options::features, &F::until>(
      {.key = "features.until", .type = kDate, .help = "last day of the facts; empty: the last there is"}));
  rows.push_back(row<&Options::features, &F::as_of>(
      {.key = "features.as_of",
       .type = kDate,
       .help = "day on which ages are measured; empty: the last day of the sales"}));
  rows.push_back(row<&Options::features, &F::returns>(
      {.key = "features.returns",
       .type = kChoice,
       .help = "negative quantities: net subtracts them, drop leaves them out, refuse stops",
       .choices = choices_of<ReturnsPolicy>()}));
  rows.push_back(row<&Options::features, &F::min_weeks>(
      {.key = "features.min_weeks",
       .type = kWhole,
       .help = "stores with fewer weeks of sales stay out of the fit and are assigned afterwards",
       .low = 0,
       .high = 5200}));
  rows.push_back(row<&Options::features, &F::mix_column>(
      {.key = "features.mix_column",
       .type = kText,
       .help = "column of dim_product that the mix is made of, e.g. category or a brand that you mapped"}));
  rows.push_back(row<&Options::features, &F::groups>(
      {.key = "features.groups",
       .type = kList,
       .help = "groups of features to build beyond the base ones; docs/features.md lists them",
       .by_preset = true}));
}

void add_model_rows(std::vector<OptionRow>& rows) {
  using M = ModelOptions;
  rows.push_back(row<&Options::model, &M::preset>(
      {.key = "model.preset",
       .type = kChoice,
       .help = "defaults of the model: trading (how a store trades) or original (the Python platform's)",
       .choices = preset_names()}));
  rows.push_back(row<&Options::model, &M::method>(
      {.key = "model.method",
       .type = kChoice,
       .help = "how clusters are found: by density, as normal clouds, or about means",
       .choices = choices_of<ClusterMethod>()}));
  rows.push_back(row<&Options::model, &M::context>(
      {.key = "model.context",
       .type = kList,
       .help = "columns that pass through FAMD: COLUMN, log1p(COLUMN), clr(PATTERN*), 2 * COLUMN",
       .by_preset = true}));
  rows.push_back(row<&Options::model, &M::behaviour>(
      {.key = "model.behaviour",
       .type = kList,
       .help = "columns that are standardised and stand beside FAMD's axes; the same forms",
       .by_preset = true}));
  rows.push_back(row<&Options::model, &M::outlier_probability>(
      {.key = "model.outlier_probability",
       .type = kNumber,
       .help =
           "gaussian_mixture and kmeans: a store farther out than this share of its cluster's would be, by "
           "chi-squared, is noise; 0: none is",
       .low = 0,
       .high = 0.5}));
  rows.push_back(row<&Options::model, &M::seed>({.key = "model.seed",
                                                 .type = kWhole,
                                                 .help = "seed of all random draws of the model",
                                                 .low = 0,
                                                 .high = 9007199254740992.0}));
}

void add_stability_rows(std::vector<OptionRow>& rows) {
  using S = StabilitySettings;
  rows.push_back(row<&Options::stability, &S::enabled>(
      {.key = "stability.enabled",
       .type = kSwitch,
       .help = "measure whether the clusters would come back, and what chance gives"}));
  rows.push_back(
      row<&Options::stability, &S::resamples>({.key = "stability.resamples",
                                               .type = kWhole,
                                               .help = "times that the stores are drawn and clustered anew",
                                               .low = 1,
                                               .high = 100000}));
  rows.push_back(row<&Options::stability, &S::null_runs>(
      {.key = "stability.null_runs",
       .type = kWhole,
       .help = "fits on shuffled columns; fewer than 19 cannot tell from chance at 5 %; 0: none",
       .low = 0,
       .high = 100000}));
  rows.push_back(row<&Options::stability, &S::max_stores>(
      {.key = "stability.max_stores",
       .type = kWhole,
       .help = "of more stores than this, this many stand for all of them",
       .low = 100,
       .high = kCountLimit}));
}

void add_limit_rows(std::vector<OptionRow>& rows) {
  using L = LimitOptions;
  rows.push_back(row<&Options::limits, &L::min_share>(
      {.key = "limits.min_share",
       .type = kNumber,
       .help = "smallest share of the fitted stores that a cluster may have, as found (noise is assigned "
               "afterwards); 0: no limit",
       .low = 0,
       .high = 1}));
  rows.push_back(row<&Options::limits, &L::max_share>(
      {.key = "limits.max_share",
       .type = kNumber,
       .help =
           "largest share, likewise; 0: no limit. In stores: hdbscan.min_cluster_size and max_cluster_size",
       .low = 0,
       .high = 1}));
  rows.push_back(row<&Options::limits, &L::min_clusters>({.key = "limits.min_clusters",
                                                          .type = kWhole,
                                                          .help = "fewest clusters; 0: no limit",
                                                          .low = 0,
                                                          .high = kCountLimit}));
  rows.push_back(row<&Options::limits, &L::max_clusters>(
      {.key = "limits.max_clusters",
       .type = kWhole,
       .help = "most clusters; 0: no limit. The same as min_clusters: exactly so many",
       .low = 0,
       .high = kCountLimit}));
}

void add_mixture_rows(std::vector<OptionRow>& rows) {
  using G = MixtureOptionsSection;
  using K = KmeansOptionsSection;
  rows.push_back(row<&Options::gaussian_mixture, &G::n_components>(
      {.key = "gaussian_mixture.n_components", .type = kWhole, .help = "clusters", .low = 1, .high = 1000}));
  rows.push_back(row<&Options::gaussian_mixture, &G::covariance>(
      {.key = "gaussian_mixture.covariance",
       .type = kChoice,
       .help = "what a cluster may look like: a ball, stretched along the axes, or any ellipsoid",
       .choices = choices_of<MixtureShape>()}));
  rows.push_back(row<&Options::gaussian_mixture, &G::prior>(
      {.key = "gaussian_mixture.prior",
       .type = kChoice,
       .help =
           "what steadies a small cluster's spread: nothing, all stores' (Fraley and Raftery), or that of "
           "all clusters",
       .choices = choices_of<MixturePrior>()}));
  rows.push_back(row<&Options::gaussian_mixture, &G::n_starts>(
      {.key = "gaussian_mixture.n_starts",
       .type = kWhole,
       .help = "fits from different starts, of which the likeliest is taken",
       .low = 1,
       .high = 10000}));
  rows.push_back(row<&Options::kmeans, &K::n_clusters>(
      {.key = "kmeans.n_clusters", .type = kWhole, .help = "clusters", .low = 1, .high = 1000}));
  rows.push_back(row<&Options::kmeans, &K::n_starts>(
      {.key = "kmeans.n_starts",
       .type = kWhole,
       .help = "fits from different starts, of which the tightest is taken",
       .low = 1,
       .high = 10000}));
}

void add_algorithm_rows(std::vector<OptionRow>& rows) {
  using H = HdbscanOptionsSection;
  rows.push_back(row<&Options::famd, &FamdOptionsSection::n_components>({.key = "famd.n_components",
                                                                         .type = kWhole,
                                                                         .help = "axes that FAMD keeps",
                                                                         .low = 1,
                                                                         .high = 1000,
                                                                         .by_preset = true}));
  rows.push_back(row<&Options::hdbscan, &H::min_cluster_size>(
      {.key = "hdbscan.min_cluster_size",
       .type = kWhole,
       .help = "fewest stores that make a cluster, at least 2; 0: one in fifty, at least 5",
       .low = 0,
       .high = kCountLimit,
       .by_preset = true}));
  rows.push_back(row<&Options::hdbscan, &H::min_samples>(
      {.key = "hdbscan.min_samples",
       .type = kWhole,
       .help = "neighbours that make a store's surroundings dense; more of them, more noise",
       .low = 1,
       .high = kCountLimit,
       .by_preset = true}));
  rows.push_back(row<&Options::hdbscan, &H::cluster_selection_epsilon>(
      {.key = "hdbscan.cluster_selection_epsilon",
       .type = kNumber,
       .help = "clusters nearer than this distance are not split",
       .low = 0,
       .by_preset = true}));
  rows.push_back(row<&Options::hdbscan, &H::metric>({.key = "hdbscan.metric",
                                                     .type = kChoice,
                                                     .help = "distance between two stores",
                                                     .choices = choices_of<DistanceMetric>(),
                                                     .by_preset = true}));
  rows.push_back(row<&Options::hdbscan, &H::cluster_selection_method>(
      {.key = "hdbscan.cluster_selection_method",
       .type = kChoice,
       .help = "eom takes the most stable clusters (few, uneven), leaf the finest",
       .choices = choices_of<TreeSelection>(),
       .by_preset = true}));
  rows.push_back(
      row<&Options::hdbscan, &H::max_cluster_size>({.key = "hdbscan.max_cluster_size",
                                                    .type = kWhole,
                                                    .help = "most stores of a cluster; 0: no limit",
                                                    .low = 0,
                                                    .high = kCountLimit}));
  rows.push_back(row<&Options::hdbscan, &H::allow_single_cluster>(
      {.key = "hdbscan.allow_single_cluster",
       .type = kSwitch,
       .help = "let all stores be one cluster where the data says so"}));
  add_mixture_rows(rows);
  add_limit_rows(rows);
  rows.push_back(row<&Options::forest, &ForestOptions::n_trees>(
      {.key = "forest.n_trees",
       .type = kWhole,
       .help = "trees of the random forest that assigns stores that are in no cluster",
       .low = 1,
       .high = 100000}));
  add_stability_rows(rows);
  rows.push_back(row<&Options::tracking, &TrackingOptions::keep_runs>(
      {.key = "tracking.keep_runs",
       .type = kWhole,
       .help = "newest runs whose clusters are kept in .aisle/runs; identity.baseline's always is",
       .low = 1,
       .high = 100000}));
  rows.push_back(row<&Options::tracking, &TrackingOptions::mlflow_uri>(
      {.key = "tracking.mlflow_uri",
       .type = kText,
       .help = "MLflow server that gets every run, http(s)://..; empty: MLFLOW_TRACKING_URI, or none"}));
  rows.push_back(row<&Options::tracking, &TrackingOptions::experiment>(
      {.key = "tracking.experiment", .type = kText, .help = "MLflow experiment; empty: project.name"}));
  rows.push_back(row<&Options::tracking, &TrackingOptions::registered_model>(
      {.key = "tracking.registered_model",
       .type = kText,
       .help = "name under which MLflow registers each run's model; empty: not registered"}));
  rows.push_back(row<&Options::identity, &IdentityOptions::baseline>(
      {.key = "identity.baseline",
       .type = kText,
       .help = "run whose cluster ids are kept; empty: ids by size"}));
  rows.push_back(row<&Options::exports, &ExportOptions::columns>(
      {.key = "export.columns",
       .type = kList,
       .help =
           "columns that `aisle export` writes, in order: COLUMN or COLUMN as NAME; empty: the usual ones"}));
}

}  // namespace

std::string OptionRow::section() const {
  const std::size_t dot = key.find('.');
  return dot == std::string_view::npos ? "" : std::string(key.substr(0, dot));
}

std::string OptionRow::name() const {
  const std::size_t dot = key.find('.');
  return std::string(dot == std::string_view::npos ? key : key.substr(dot + 1));
}

const std::vector<OptionRow>& option_table() {
  static const std::vector<OptionRow> rows = [] {
    std::vector<OptionRow> made;
    add_project_rows(made);
    add_scope_rows(made);
    add_engine_rows(made);
    add_quality_rows(made);
    add_feature_rows(made);
    add_model_rows(made);
    add_algorithm_rows(made);
    return made;
  }();
  return rows;
}

const OptionRow* find_option(std::string_view key) {
  for (const OptionRow& candidate : option_table()) {
    if (candidate.key == key) return &candidate;
  }
  return nullptr;
}

const std::vector<std::string>& option_sections() {
  static const std::vector<std::string> sections = [] {
    std::vector<std::string> found = {"tables"};
    for (const OptionRow& candidate : option_table()) {
      const std::string section = candidate.section();
      if (!section.empty() && std::find(found.begin(), found.end(), section) == found.end()) {
        found.push_back(section);
      }
    }
    return found;
  }();
  return sections;
}

OptionValue option_default(const OptionRow& row, const std::string& preset) {
  if (row.by_preset) {
    for (const PresetDefault& entry : preset_defaults(preset)) {
      if (entry.key == row.key) return entry.value;
    }
  }
  return row.get(Options());
}

}  // namespace aisle
