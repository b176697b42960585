#include "aisle/insight/numbers_json.h"
#include "aisle/insight/profiles.h"
#include "aisle/insight/traits_json.h"

namespace aisle {
namespace {

Json chain_json(const Distribution& chain) {
  return {{"n", chain.n},
          {"mean", number_json(chain.mean)},
          {"deviation", number_json(chain.deviation)},
          {"min", number_json(chain.min)},
          {"q1", number_json(chain.q1)},
          {"median", number_json(chain.median)},
          {"q3", number_json(chain.q3)},
          {"max", number_json(chain.max)}};
}

Json by_cluster(const std::vector<Distribution>& clusters, double Distribution::*member) {
  Json list = Json::array();
  for (const Distribution& cluster : clusters) list.push_back(number_json(cluster.*member));
  return list;
}

Json number_profile_json(const NumberProfile& profile) {
  Json counts = Json::array();
  for (const Distribution& cluster : profile.clusters) counts.push_back(cluster.n);
  return {{"column", profile.column},
          {"label", profile.label.label},
          {"unit", unit_name(profile.label.unit)},
          {"active", profile.active},
          {"chain", chain_json(profile.chain)},
          {"n", counts},
          {"mean", by_cluster(profile.clusters, &Distribution::mean)},
          {"min", by_cluster(profile.clusters, &Distribution::min)},
          {"q1", by_cluster(profile.clusters, &Distribution::q1)},
          {"median", by_cluster(profile.clusters, &Distribution::median)},
          {"q3", by_cluster(profile.clusters, &Distribution::q3)},
          {"max", by_cluster(profile.clusters, &Distribution::max)},
          {"effect", numbers_json(profile.effect)},
          {"v_test", numbers_json(profile.v_test)}};
}

Json category_profile_json(const CategoryProfile& profile) {
  Json levels = Json::array();
  for (const LevelProfile& level : profile.levels) {
    levels.push_back({{"level", level.level},
                      {"chain", number_json(level.chain)},
                      {"share", numbers_json(level.share)},
                      {"effect", numbers_json(level.effect)},
                      {"v_test", numbers_json(level.v_test)}});
  }
  return {{"column", profile.column},
          {"label", profile.label.label},
          {"active", profile.active},
          {"n_levels", profile.n_levels},
          {"levels", levels}};
}

Json stores_json(const std::vector<std::vector<StoreAt>>& clusters) {
  Json list = Json::array();
  for (const std::vector<StoreAt>& stores : clusters) {
    Json entries = Json::array();
    for (const StoreAt& store : stores) {
      entries.push_back({{"row", store.row}, {"distance", number_json(store.distance)}});
    }
    list.push_back(std::move(entries));
  }
  return list;
}

}  // namespace

std::string profiles_json(const Profiles& profiles) {
  Json nearest = Json::array();
  for (const std::int32_t cluster : profiles.nearest) {
    nearest.push_back(id_or_null(cluster, profiles.cluster_ids));
  }
  Json numbers = Json::array();
  for (const NumberProfile& profile : profiles.numbers) numbers.push_back(number_profile_json(profile));
  Json categories = Json::array();
  for (const CategoryProfile& profile : profiles.categories) {
    categories.push_back(category_profile_json(profile));
  }
  Json against = Json::array();
  for (std::vector<Trait> traits : profiles.against_nearest) {
    for (Trait& trait : traits) {
      for (double* value : {&trait.value, &trait.chain, &trait.effect, &trait.v_test})
        *value = rounded(*value);
    }
    against.push_back(traits_json(traits));
  }
  return document_text({{"kind", "aisle-profiles"},
                        {"format", kProfilesFormat},
                        {"fit", profiles.fit},
                        {"clusters", profiles.cluster_ids},
                        {"n_stores", profiles.n_stores},
                        {"nearest", nearest},
                        {"nearest_distance", numbers_json(profiles.nearest_distance)},
                        {"numbers", numbers},
                        {"categories", categories},
                        {"against_nearest", against},
                        {"typical", stores_json(profiles.typical)},
                        {"atypical", stores_json(profiles.atypical)}});
}

}  // namespace aisle
