#include "aisle/features/feature_basis.h"

#include <nlohmann/json.hpp>

#include "aisle/base/errors.h"
#include "aisle/base/table.h"

namespace aisle {
namespace {

using Json = nlohmann::json;

std::string day_of(const Json& document, const char* key, const std::string& where) {
  const auto day = document.at(key).get<std::string>();
  parse_date(day, where);
  return day;
}

ReturnsPolicy returns_of(const std::string& name) {
  for (const ReturnsPolicy policy : {ReturnsPolicy::kDrop, ReturnsPolicy::kRefuse}) {
    if (name == returns_name(policy)) return policy;
  }
  return ReturnsPolicy::kNet;
}

FeatureOptions options_of(const Json& json) {
  FeatureOptions options;
  options.from = json.at("from");
  options.until = json.at("until");
  options.returns = returns_of(json.at("returns"));
  options.mix_column = json.at("mix_column");
  options.min_weeks = json.at("min_weeks");
  return options;
}

}  // namespace

const char* returns_name(ReturnsPolicy policy) {
  switch (policy) {
    case ReturnsPolicy::kNet:
      return "net";
    case ReturnsPolicy::kDrop:
      return "drop";
    case ReturnsPolicy::kRefuse:
      return "refuse";
  }
  return "net";
}

FeatureBasis parse_feature_basis(const std::string& document, const std::string& where) {
  try {
    const Json json = Json::parse(document);
    FeatureBasis basis;
    basis.from = day_of(json, "from", where);
    basis.until = day_of(json, "until", where);
    basis.as_of = day_of(json, "as_of", where);
    if (json.contains("summer")) {
      basis.summer = SummerMonths{.first = json["summer"].at(0), .last = json["summer"].at(1)};
    }
    if (const Json& size = json.at("size_imputation"); !size.is_null()) {
      basis.size_fit = SizeFit{.intercept = size.at("intercept"),
                               .slope = size.at("slope"),
                               .mean_size = size.at("mean_size"),
                               .n_fitted = size.at("n_fitted")};
    }
    basis.mix_categories = json.at("mix_categories").get<std::vector<std::string>>();
    for (const Json& group : json.at("groups")) basis.groups.push_back(group.at("group"));
    if (json.contains("options")) basis.options = options_of(json["options"]);
    return basis;
  } catch (const Json::exception&) {
    throw DataError({.where = where,
                     .what = "does not say how the features of the training were made",
                     .expected = "its windows, sizes and categories",
                     .remedy = "run `aisle run` to make the model anew, or predict from --features"});
  }
}

}  // namespace aisle
