#include "aisle/flow/selection.h"

#include <algorithm>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

void add_upstream(const std::string& key, std::set<std::string>& keys) {
  if (!keys.insert(key).second) return;
  for (const std::string& upstream : find_asset(key).depends_on) add_upstream(upstream, keys);
}

// The asset and all that depends on it.
std::set<std::string> with_downstream(const std::string& key) {
  std::set<std::string> keys = {key};
  for (const AssetDefinition& asset : asset_graph()) {
    const auto& upstream = asset.depends_on;
    if (std::any_of(upstream.begin(), upstream.end(),
                    [&](const auto& name) { return keys.contains(name); })) {
      keys.insert(asset.key);
    }
  }
  return keys;
}

std::set<std::string> derived_assets() {
  std::set<std::string> keys;
  for (const AssetDefinition& asset : asset_graph()) {
    if (asset.kind == AssetKind::kDerived) keys.insert(asset.key);
  }
  return keys;
}

void refuse_source(const std::string& key, const char* option) {
  if (find_asset(key).kind != AssetKind::kSource) return;
  throw InvalidInput({.where = option,
                      .what = "'" + key + "' is a raw table, which aisle reads and never makes",
                      .expected = "a made asset such as data_checks",
                      .remedy = ""});
}

}  // namespace

AssetSelection select_assets(const RunRequest& request) {
  const int n_ways =
      (request.only.empty() ? 0 : 1) + (request.from.empty() ? 0 : 1) + (request.up_to.empty() ? 0 : 1);
  if (n_ways > 1) {
    throw InvalidInput(
        {.where = "--only, --from", .what = "both are given", .expected = "one of them", .remedy = ""});
  }
  AssetSelection selection;
  if (!request.only.empty()) {
    for (const std::string& key : request.only) {
      refuse_source(key, "--only");
      selection.keys.insert(key);
    }
  } else if (!request.from.empty()) {
    refuse_source(request.from, "--from");
    selection.keys = with_downstream(request.from);
    selection.forced = selection.keys;
  } else if (!request.up_to.empty()) {
    add_upstream(request.up_to, selection.keys);
  } else {
    selection.keys = derived_assets();
  }
  if (request.freshening == Freshening::kAll) selection.forced = selection.keys;
  return selection;
}

}  // namespace aisle
