// Reading what a run kept, for a comparison.
#include <fmt/format.h>

#include <limits>
#include <sstream>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/insight/comparison.h"
#include "aisle/insight/trust.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/cluster_stability.h"
#include "aisle/segment/store_table.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

fs::path required(const fs::path& folder, const char* name) {
  fs::path file = folder / name;
  if (fs::exists(file)) return file;
  throw DataError({.where = folder.string(),
                   .what = fmt::format("holds no {}", name),
                   .expected = "the folder of a run's kept result",
                   .remedy = ""});
}

// "key = value" lines.
std::map<std::string, std::string> options_in(const std::string& text) {
  constexpr const char* kSign = " = ";
  std::map<std::string, std::string> options;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t sign = line.find(kSign);
    if (sign != std::string::npos) options[line.substr(0, sign)] = line.substr(sign + 3);
  }
  return options;
}

}  // namespace

KeptResult read_kept_result(Engine& engine, const fs::path& folder) {
  const fs::path stores = required(folder, "final_clustered_stores.parquet");
  const fs::path metrics = required(folder, "metrics.json");
  const fs::path options = required(folder, "options.txt");
  KeptResult result;
  result.run = folder.filename().string();
  result.metrics = parse_metrics(read_file(metrics), metrics.string());
  result.stores = read_parquet(engine, stores);
  if (result.stores.find(kStoreId) == nullptr) {
    throw DataError({.where = stores.string(),
                     .what = "there is no column store_id",
                     .expected = "the clustered stores of a run",
                     .remedy = ""});
  }
  result.mean_jaccard = std::numeric_limits<double>::quiet_NaN();
  if (const fs::path file = folder / "stability.json"; fs::exists(file)) {
    const StabilityReport stability = parse_stability(read_file(file), file.string());
    if (stability.enabled) result.mean_jaccard = stability.observed.mean_jaccard;
    result.metrics.verdict = whole_verdict(std::move(result.metrics.verdict), stability);
  }
  result.options = options_in(read_file(options));
  return result;
}

}  // namespace aisle
