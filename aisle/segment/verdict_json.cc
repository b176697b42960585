#include "aisle/segment/verdict_json.h"

#include <string>

namespace aisle {
namespace {

Grade parse_grade(const std::string& name, const std::string& where) {
  for (const Grade grade : {Grade::kWeak, Grade::kFair, Grade::kStrong}) {
    if (name == grade_name(grade)) return grade;
  }
  throw bad_document(where, fmt::format("has the unknown grade '{}'", name));
}

}  // namespace

Json verdict_json(const Verdict& verdict) {
  Json aspects = Json::array();
  for (const VerdictAspect& aspect : verdict.aspects) {
    aspects.push_back({{"name", aspect.name},
                       {"grade", grade_name(aspect.grade)},
                       {"value", number_or_null(aspect.value)},
                       {"reason", aspect.reason},
                       {"remedy", aspect.remedy.empty() ? Json(nullptr) : Json(aspect.remedy)}});
  }
  Json repeats = Json::array();
  for (const Repetition& repetition : verdict.repetitions) {
    repeats.push_back(
        {{"columns", repetition.columns}, {"adjusted_rand_index", repetition.adjusted_rand_index}});
  }
  return {{"grade", grade_name(verdict.grade)},
          {"sentence", verdict.sentence},
          {"aspects", aspects},
          {"repeats", repeats}};
}

Verdict parse_verdict(const Json& json, const std::string& where) {
  Verdict verdict;
  verdict.grade = parse_grade(field<std::string>(json, "grade", where), where);
  // Documents before the sentence and the remedies lack both.
  if (json.contains("sentence")) verdict.sentence = field<std::string>(json, "sentence", where);
  for (const Json& aspect : field<Json>(json, "aspects", where)) {
    verdict.aspects.push_back({.name = field<std::string>(aspect, "name", where),
                               .grade = parse_grade(field<std::string>(aspect, "grade", where), where),
                               .value = number_or_nan(aspect, "value", where),
                               .reason = field<std::string>(aspect, "reason", where)});
    if (aspect.contains("remedy") && !aspect["remedy"].is_null()) {
      verdict.aspects.back().remedy = field<std::string>(aspect, "remedy", where);
    }
  }
  for (const Json& repeat : field<Json>(json, "repeats", where)) {
    verdict.repetitions.push_back(
        {.columns = field<std::vector<std::string>>(repeat, "columns", where),
         .adjusted_rand_index = field<double>(repeat, "adjusted_rand_index", where)});
  }
  return verdict;
}

}  // namespace aisle
