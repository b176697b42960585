#include "aisle/insight/write_insight.h"

#include <memory>

#include "aisle/insight/actions.h"
#include "aisle/insight/change.h"
#include "aisle/insight/data_document.h"
#include "aisle/insight/drivers.h"
#include "aisle/insight/monthly.h"
#include "aisle/insight/personas.h"
#include "aisle/insight/prize.h"
#include "aisle/insight/profiles.h"
#include "aisle/insight/store_map.h"
#include "aisle/insight/stores.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// Documents under their temporary names; they take their places together.
class StagedDocuments {
 public:
  explicit StagedDocuments(fs::path folder) : folder_(std::move(folder)) {}
  void write(const char* name, const std::string& text) {
    auto output = std::make_unique<StagedOutput>(folder_ / name, StagedOutput::Kind::kFile);
    output->write(text);
    outputs_.push_back(std::move(output));
  }
  void commit() {
    std::vector<StagedOutput*> outputs;
    for (const auto& output : outputs_) outputs.push_back(output.get());
    commit_all(outputs);
  }

 private:
  fs::path folder_;
  std::vector<std::unique_ptr<StagedOutput>> outputs_;
};

Monthly read_monthly(Engine& engine, const InsightData& data, const ProjectPaths& paths,
                     const FeatureOrigin& origin) {
  if (!fs::exists(paths.store_months) || origin.from.empty() || origin.until.empty()) {
    Monthly monthly;
    monthly.fit = data.metrics.fit;
    monthly.absent = "The store features were not made here, so there are no sales by month.";
    return monthly;
  }
  return sales_by_month(data, read_parquet(engine, paths.store_months), parse_date(origin.from, "from"),
                        parse_date(origin.until, "until"));
}

}  // namespace

const std::vector<std::string>& insight_documents() {
  static const std::vector<std::string> names = {"profiles.json", "personas.json", "stores.json",
                                                 "monthly.json",  "prize.json",    "change.json",
                                                 "drivers.json",  "data.json"};
  return names;
}

void write_insight(Engine& engine, const Options& options, const ProjectPaths& paths,
                   const InsightWarning& warn, const CancelFlag* cancel) {
  const ActionRules rules = read_actions(paths);
  const InsightData data = read_insight_data(engine, options, paths);
  const FeatureOrigin origin = read_feature_origin(paths);
  const fs::path checks = paths.validation / "checks.json";
  const StoreSpace space = store_space(data);
  const Profiles profiles = profile_clusters(data, space);
  const Personas personas = make_personas(profiles, rules);
  // The built-in rules are not the user's: what they cannot answer is only said in the document.
  if (rules.source == kActionsFile) {
    for (const std::string& sentence : personas.skipped) warn(sentence);
  }
  StagedDocuments documents(paths.insight);
  documents.write("profiles.json", profiles_json(profiles));
  documents.write("personas.json", personas_json(personas));
  documents.write("stores.json", stores_json(data, space, explain_stores(data, space, cancel)));
  documents.write("monthly.json", monthly_json(read_monthly(engine, data, paths, origin)));
  documents.write("prize.json", prize_json(size_the_prize(data), origin.from, origin.until));
  documents.write("change.json", change_json(compare_with_today(data)));
  documents.write("drivers.json", drivers_json(find_drivers(data, cancel)));
  documents.write("data.json", data_json(data, origin, fs::exists(checks) ? read_file(checks) : ""));
  documents.commit();
}

void write_store_map(Engine& engine, const Options& options, const ProjectPaths& paths,
                     const CancelFlag* cancel) {
  const InsightData data = read_insight_data(engine, options, paths);
  const StoreSpace space = store_space(data);
  write_file(paths.insight / "map.json", map_json(map_stores(data, space, cancel), space));
}

}  // namespace aisle
