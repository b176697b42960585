#include "aisle/cli/platform/dagster_report.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "aisle/cli/platform/local_port.h"
#include "aisle/project/platform_state.h"

namespace aisle {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::chrono::milliseconds kLongestAnswer{5000};

}  // namespace

void DagsterReport::emit(const RunEvent& event, const EventSink& sink) {
  if (const auto* started = std::get_if<RunStarted>(&event)) run_ = started->run;
  if (const auto* made = std::get_if<AssetMade>(&event)) made_.push_back(*made);
  // A run may send an earlier one as well.
  if (const auto* tracked = std::get_if<RunTracked>(&event); tracked != nullptr && tracked->run == run_) {
    tracked_ = tracked->url;
  }
  if (std::holds_alternative<RunFinished>(event)) report(sink);
}

// The digest is the asset's data version, as in a run that Dagster starts: it sees that nothing is stale.
std::string DagsterReport::body_of(const AssetMade& asset) const {
  Json metadata = {{"aisle run", run_}, {"path", (paths_.root / asset.path).string()}};
  if (asset.n_rows >= 0) metadata["dagster/row_count"] = asset.n_rows;
  for (const Figure& figure : asset.figures) {
    if (const auto* real = std::get_if<double>(&figure.value); real != nullptr && !std::isfinite(*real))
      continue;
    std::visit([&](const auto& value) { metadata[figure.name] = value; }, figure.value);
  }
  if (!tracked_.empty()) metadata["MLflow"] = tracked_;
  if (const auto page = running_service_url(paths_, "dashboard")) {
    metadata["page"] = *page + "/#/pipeline?run=" + run_;
  }
  const Json body = {{"description", "Made by aisle's run " + run_ + ", which Dagster did not start"},
                     {"data_version", asset.digest},
                     {"metadata", metadata}};
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void DagsterReport::report(const EventSink& sink) {
  for (const AssetMade& asset : std::exchange(made_, {})) {
    const int status =
        http_status(port_, {.path = "/report_asset_materialization/" + asset.asset, .json = body_of(asset)},
                    kLongestAnswer);
    if (status == 200) continue;
    sink(WarningRaised{.asset = asset.asset,
                       .message = fmt::format("Dagster at port {} was not told of this run ({})", port_,
                                              status == 0 ? "no answer" : fmt::format("status {}", status))});
    return;
  }
}

}  // namespace aisle
