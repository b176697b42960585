// The options of a project, as typed values: what aisle.toml says, with defaults for what it leaves out.
//
// Every option has one row in the table of `option_table.h`, with its key, help text and range; reading
// aisle.toml, `--set key=value`, the "did you mean" of an unknown key, `init`'s comments, the shell
// completions and docs/options.md are all made from that table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace aisle {

// The newest version of aisle.toml that this program knows.
inline constexpr int kOptionsFormat = 1;

// How a CSV is written. Empty fields are sniffed from the file.
struct CsvDialect {
  std::string delimiter;
  std::string decimal;      // "." or ","
  std::string encoding;     // "utf-8", "windows-1252", ... (is_encoding)
  std::string date_format;  // strptime form, e.g. "%d/%m/%Y"
  std::string quote;
  std::optional<bool> header;
};

// Where one table of the contract comes from. Absent tables have no entry in Options::tables.
struct TableSource {
  std::string path;                            // a file, folder or glob, relative to the project; empty:
                                               // data/raw/NAME.parquet, NAME.csv or the folder NAME
  CsvDialect csv;                              // used where the path names CSV files
  std::map<std::string, std::string> columns;  // contract column -> the user's column, or an SQL expression
};

enum class ReturnsPolicy { kNet, kDrop, kRefuse };
enum class EngineKind { kDuckdb, kSpark };
enum class ClusterMethod { kHdbscan, kGaussianMixture, kKmeans };
enum class MixtureShape { kSpherical, kDiagonal, kFull };
enum class MixturePrior { kNone, kConjugate, kPooled };
enum class DistanceMetric { kEuclidean, kManhattan };
enum class TreeSelection { kExcessOfMass, kLeaf };

struct ProjectOptions {
  std::string name = "store segments";
  std::string currency = "";  // ISO 4217, e.g. "BRL"; for people only
  std::string locale = "en_US";
};

struct ScopeOptions {  // SQL conditions on contract columns; empty: everything
  std::string stores;
  std::string products;
  std::string sales;
};

struct EngineSettings {
  EngineKind kind = EngineKind::kDuckdb;
  int threads = 0;
  std::string memory_limit;
  std::string temp_directory;
  std::string spark_url;
};

struct QualityOptions {
  bool defaults = true;             // the built-in suite of each table
  std::vector<std::string> suites;  // the user's own suites (Great Expectations 1.x JSON), relative paths
  std::vector<std::string> off;     // default expectations to leave out, by name
  std::map<std::string, std::string> severity;  // expectation name -> info | warning | critical
  double volume_drop = 0.5;  // a day below this share of its usual rows or stores is held back
};

struct FeatureOptions {
  std::string from;   // first day of facts, "" for the first there is
  std::string until;  // last day of facts, "" for the last there is
  std::string as_of;  // ages are measured on this day; "": the last day of the sales
  ReturnsPolicy returns = ReturnsPolicy::kNet;
  int min_weeks = 0;  // stores with fewer weeks of sales are left out of the fit and assigned afterwards
  std::string mix_column = "category";  // product column of the category mix
  std::vector<std::string> groups;      // feature groups beyond the reference's; see docs/features.md
};

// Once options are loaded, `context` and `behaviour` hold what the model uses (the preset's where nobody
// said otherwise); an empty list means none. Each entry is read by parse_column_entry below.
struct ModelOptions {
  std::string preset = "trading";  // original | trading
  ClusterMethod method = ClusterMethod::kHdbscan;
  std::vector<std::string> context;    // columns that pass through FAMD
  std::vector<std::string> behaviour;  // columns that are standardised and stand beside the axes
  double outlier_probability = 0.001;  // of the mixtures and k-means; see segment/found_clusters.h
  std::uint64_t seed = 42;
};

enum class ColumnTransform { kNone, kLog1p, kCentredLogRatio };

// One entry of model.context or model.behaviour: "COLUMN", "log1p(COLUMN)" or "clr(PATTERN)", where a
// pattern may end in "*" and stands for every column it matches; "WEIGHT * ENTRY" sets its weight.
//
// clr takes the logarithm of each matched column over the geometric mean of them all in its row (Aitchison
// 1986); its columns are parts of one whole. The weight is the number of ordinary columns that the entry
// counts as: each of its k standardised columns is multiplied by sqrt(weight / k). Weight 0, the default,
// lets every matched column count as one.
struct ColumnEntry {
  std::string pattern;
  ColumnTransform transform = ColumnTransform::kNone;
  double weight = 0;
};

// Throws InvalidInput naming `where` for text that is no such entry.
ColumnEntry parse_column_entry(const std::string& text, const std::string& where);
// Whether `column` is what `pattern` names: equal, or alike up to a final "*".
bool column_matches(const std::string& pattern, const std::string& column);

struct FamdOptionsSection {
  int n_components = 5;
};

struct HdbscanOptionsSection {
  int min_cluster_size = 5;  // 0: by the number of stores, see min_cluster_size_for
  int min_samples = 1;
  double cluster_selection_epsilon = 1.0;
  DistanceMetric metric = DistanceMetric::kManhattan;
  TreeSelection cluster_selection_method = TreeSelection::kExcessOfMass;
  int max_cluster_size = 0;  // 0: no limit
  bool allow_single_cluster = false;
};

struct MixtureOptionsSection {
  int n_components = 6;
  MixtureShape covariance = MixtureShape::kDiagonal;
  MixturePrior prior = MixturePrior::kPooled;
  int n_starts = 10;
};

struct KmeansOptionsSection {
  int n_clusters = 6;
  int n_starts = 10;
};

// The smallest cluster for a fit on `n_stores`: what the option says, or, where it says 0, one in fifty of
// the stores, at least 5 and at most max_cluster_size. A chain of 2,000 stores is run by tens of segments at
// most, and 5 of its stores alike are chance.
int min_cluster_size_for(const HdbscanOptionsSection& options, std::int64_t n_stores);

// Bounds on the clusters as found, before noise is assigned (ClusterLimits, aisle/cluster/hdbscan.h). 0: no
// bound.
struct LimitOptions {
  double min_share = 0;  // of the stores in the fit, as max_share
  double max_share = 0;
  int min_clusters = 0;
  int max_clusters = 0;
};

struct ForestOptions {
  int n_trees = 100;
};

struct ExportOptions {
  std::vector<std::string> columns;  // "COLUMN" or "COLUMN as NAME"; empty: the usual ones
};

struct StabilitySettings {
  bool enabled = true;
  int resamples = 100;
  int null_runs = 19;     // the fewest that can show a probability of 5 %
  int max_stores = 5000;  // of more, this many are looked at
};

struct TrackingOptions {
  int keep_runs = 10;                               // newest results kept in .aisle/runs
  std::string mlflow_uri;                           // "": MLFLOW_TRACKING_URI, and without that no server
  std::string experiment;                           // "": project.name
  std::string registered_model = "store-segments";  // "": models are not registered
};

struct IdentityOptions {
  std::string baseline;  // the kept run that cluster ids are taken from; "": canonical ids
};

struct Options {
  int format = 1;  // version of aisle.toml
  ProjectOptions project;
  std::map<std::string, TableSource> tables;  // by contract name, e.g. "fact_sales"
  ScopeOptions scope;
  EngineSettings engine;
  QualityOptions quality;
  FeatureOptions features;
  ModelOptions model;
  FamdOptionsSection famd;
  HdbscanOptionsSection hdbscan;
  MixtureOptionsSection gaussian_mixture;
  KmeansOptionsSection kmeans;
  LimitOptions limits;
  ForestOptions forest;
  StabilitySettings stability;
  TrackingOptions tracking;
  IdentityOptions identity;
  ExportOptions exports;
};

// Reads DIR/aisle.toml, then applies `overrides` ("section.key=value") in order. Preset-dependent defaults
// are filled in where neither says anything. Throws InvalidInput with file, line, key, value, what was
// expected and the nearest known key.
Options load_options(const std::filesystem::path& project_dir, const std::vector<std::string>& overrides);

// The same from TOML text; `where` names it in messages.
Options parse_options(const std::string& toml, const std::string& where,
                      const std::vector<std::string>& overrides);

// Canonical "key = value" lines of the options under the given sections (e.g. {"famd", "hdbscan"}): what
// fingerprints are made of.
std::string canonical_options(const Options& options, const std::vector<std::string>& sections);

}  // namespace aisle
