// Reading one expectation from Great Expectations' JSON. Great Expectations itself only logs an unknown
// expectation and leaves it out; here everything that is not understood is an error.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/table.h"
#include "aisle/quality/suite_reader.h"

namespace aisle {
namespace {

using Json = nlohmann::ordered_json;

struct KnownType {
  ExpectationKind kind;
  std::vector<std::string> required;
  std::vector<std::string> optional;
};

const std::map<std::string, KnownType>& known_types() {
  static const std::vector<std::string> bounds = {"min_value", "max_value", "strict_min", "strict_max"};
  static const std::vector<std::string> bounds_mostly = {"min_value", "max_value", "strict_min", "strict_max",
                                                         "mostly"};
  static const std::map<std::string, KnownType> types = [] {
    std::map<std::string, KnownType> map;
    const auto add = [&](ExpectationKind kind, std::vector<std::string> required,
                         std::vector<std::string> optional) {
      map[expectation_type(kind)] = {kind, std::move(required), std::move(optional)};
    };
    add(ExpectationKind::kColumnExists, {"column"}, {});
    add(ExpectationKind::kNotNull, {"column"}, {"mostly"});
    add(ExpectationKind::kUnique, {"column"}, {"mostly"});
    add(ExpectationKind::kInSet, {"column"}, {"value_set", "mostly"});
    add(ExpectationKind::kNotInSet, {"column"}, {"value_set", "mostly"});
    add(ExpectationKind::kBetween, {"column"}, bounds_mostly);
    add(ExpectationKind::kMatchRegex, {"column", "regex"}, {"mostly"});
    add(ExpectationKind::kOfType, {"column", "type_"}, {"mostly"});
    add(ExpectationKind::kRowCount, {}, bounds);
    add(ExpectationKind::kCompoundUnique, {"column_list"}, {"ignore_row_if", "mostly"});
    add(ExpectationKind::kPairGreater, {"column_A", "column_B"}, {"or_equal", "ignore_row_if", "mostly"});
    add(ExpectationKind::kMean, {"column"}, bounds);
    add(ExpectationKind::kMin, {"column"}, bounds);
    add(ExpectationKind::kMax, {"column"}, bounds);
    return map;
  }();
  return types;
}

void refuse_unknown_keys(const Json& object, const std::string& where, const std::string& what,
                         const std::vector<std::string>& known) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  refuse_unknown_names(keys, where, what, known);
}

// One JSON object whose values are taken out with their types checked.
class Fields {
 public:
  Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {}

  bool has(const std::string& key) const { return object_.contains(key) && !object_.at(key).is_null(); }

  std::string text(const std::string& key) const {
    if (!has(key)) return "";
    if (!object_.at(key).is_string()) wrong(key, "a text");
    return object_.at(key).get<std::string>();
  }

  bool flag(const std::string& key) const {
    if (!has(key)) return false;
    if (!object_.at(key).is_boolean()) wrong(key, "true or false");
    return object_.at(key).get<bool>();
  }

  std::optional<double> number(const std::string& key, double low, double high,
                               const std::string& range) const {
    if (!has(key)) return std::nullopt;
    if (!object_.at(key).is_number()) wrong(key, range);
    const double value = object_.at(key).get<double>();
    if (!(value >= low && value <= high)) wrong(key, range);
    return value;
  }

  SuiteValue scalar(const std::string& key) const {
    return has(key) ? scalar_of(object_.at(key), key) : SuiteValue{};
  }

  std::vector<SuiteValue> scalars(const std::string& key) const {
    std::vector<SuiteValue> values;
    if (!has(key)) return values;
    if (!object_.at(key).is_array()) wrong(key, "a list of texts or numbers");
    for (const Json& value : object_.at(key)) {
      if (!value.is_null()) values.push_back(scalar_of(value, key));
    }
    return values;
  }

  std::vector<std::string> texts(const std::string& key) const {
    std::vector<std::string> values;
    if (!object_.at(key).is_array() || object_.at(key).empty()) wrong(key, "a list of column names");
    for (const Json& value : object_.at(key)) {
      if (!value.is_string()) wrong(key, "a list of column names");
      values.push_back(value.get<std::string>());
    }
    return values;
  }

  [[noreturn]] void wrong(const std::string& key, const std::string& expected) const {
    throw InvalidInput({where_, key + " is " + object_.at(key).dump(), expected, ""});
  }

 private:
  SuiteValue scalar_of(const Json& value, const std::string& key) const {
    if (value.is_boolean()) return value.get<bool>();
    const bool beyond = value.is_number_unsigned() &&
                        value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    if (value.is_number_integer() && !beyond) return value.get<std::int64_t>();
    if (value.is_number()) return value.get<double>();
    if (value.is_string()) return value.get<std::string>();
    wrong(key, "a text or a number");
  }

  const Json& object_;
  std::string where_;
};

// Both bounds as numbers, or both as texts of the same meaning; dates compare as their ISO texts do.
void check_bounds(const Expectation& expectation, const Fields& kwargs, const std::string& where) {
  const auto& low = expectation.min_value;
  const auto& high = expectation.max_value;
  const bool no_low = std::holds_alternative<std::monostate>(low);
  const bool no_high = std::holds_alternative<std::monostate>(high);
  if (no_low && no_high) {
    throw InvalidInput({where, "neither min_value nor max_value is given", "at least one of them", ""});
  }
  for (const char* key : {"min_value", "max_value"}) {
    const auto& value = key == std::string("min_value") ? low : high;
    if (std::holds_alternative<bool>(value)) kwargs.wrong(key, "a number or a date");
  }
  if (no_low || no_high) return;
  const auto as_number = [](const SuiteValue& value) -> std::optional<double> {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    if (const auto* number = std::get_if<double>(&value)) return *number;
    return std::nullopt;
  };
  const auto low_number = as_number(low);
  const auto high_number = as_number(high);
  if (low_number.has_value() != high_number.has_value()) {
    throw InvalidInput({where, "min_value and max_value are of two kinds", "two numbers or two dates", ""});
  }
  const bool turned =
      low_number ? *low_number > *high_number : std::get<std::string>(low) > std::get<std::string>(high);
  if (turned) throw InvalidInput({where, "min_value is above max_value", "min_value <= max_value", ""});
}

IgnoreRow ignore_row(const Fields& kwargs, ExpectationKind kind) {
  const std::string text = kwargs.text("ignore_row_if");
  const bool pair = kind == ExpectationKind::kPairGreater;
  if (text.empty() || text == (pair ? "both_values_are_missing" : "all_values_are_missing")) {
    return IgnoreRow::kAllMissing;
  }
  if (text == (pair ? "either_value_is_missing" : "any_value_is_missing")) return IgnoreRow::kAnyMissing;
  if (text == (pair ? "neither" : "never")) return IgnoreRow::kNever;
  kwargs.wrong("ignore_row_if", pair ? "both_values_are_missing, either_value_is_missing or neither"
                                     : "all_values_are_missing, any_value_is_missing or never");
}

void read_kwargs(Expectation& expectation, const Json& object, const std::string& where) {
  const Fields kwargs(object, where);
  expectation.column = kwargs.text(object.contains("column_A") ? "column_A" : "column");
  expectation.column_b = kwargs.text("column_B");
  if (object.contains("column_list")) expectation.columns = kwargs.texts("column_list");
  expectation.value_set = kwargs.scalars("value_set");
  expectation.min_value = kwargs.scalar("min_value");
  expectation.max_value = kwargs.scalar("max_value");
  expectation.strict_min = kwargs.flag("strict_min");
  expectation.strict_max = kwargs.flag("strict_max");
  expectation.or_equal = kwargs.flag("or_equal");
  expectation.regex = kwargs.text("regex");
  expectation.type_name = kwargs.text("type_");
  expectation.mostly = kwargs.number("mostly", 0.0, 1.0, "a number from 0 to 1");
  if (object.contains("ignore_row_if")) expectation.ignore_row = ignore_row(kwargs, expectation.kind);
}

// meta.kind makes a foreign key, a freshness or a check of days of an expectation that others know.
void read_meta_kind(Expectation& expectation, const Json& object, const std::string& where) {
  if (!object.contains("kind") || !object.at("kind").is_string()) return;
  const Fields meta(object, where);
  const std::string kind = meta.text("kind");
  static const std::map<std::string, std::pair<ExpectationKind, ExpectationKind>> kinds = {
      {"foreign_key", {ExpectationKind::kInSet, ExpectationKind::kForeignKey}},
      {"freshness", {ExpectationKind::kMax, ExpectationKind::kFreshness}},
      {"volume", {ExpectationKind::kNotInSet, ExpectationKind::kVolume}},
      {"stray_days", {ExpectationKind::kNotInSet, ExpectationKind::kStrayDays}}};
  const auto found = kinds.find(kind);
  if (found == kinds.end()) return;
  if (expectation.kind != found->second.first) {
    throw InvalidInput({where, "meta.kind is \"" + kind + "\"",
                        std::string("that kind only at ") + expectation_type(found->second.first), ""});
  }
  expectation.kind = found->second.second;
  if (kind == "foreign_key") {
    const std::string ref = meta.text("ref");
    const std::size_t dot = ref.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == ref.size()) {
      throw InvalidInput({where, "meta.ref is \"" + ref + "\"", "TABLE.COLUMN", ""});
    }
    const auto& tables = checked_tables();
    if (std::find(tables.begin(), tables.end(), ref.substr(0, dot)) != tables.end()) {
      expectation.reference_table = ref.substr(0, dot);
      expectation.reference_column = ref.substr(dot + 1);
    } else if (expectation.value_set.empty()) {
      throw InvalidInput({where, "meta.ref names the table " + ref.substr(0, dot),
                          "one of " + joined_names(tables) + ", or the keys in value_set", ""});
    }
  } else if (kind == "freshness") {
    expectation.max_age_days = meta.number("max_age_days", 0.0, 1e6, "days from 0");
    if (!expectation.max_age_days)
      throw InvalidInput({where, "meta.max_age_days is missing", "days from 0", ""});
    expectation.as_of = meta.text("as_of");
    if (!expectation.as_of.empty()) parse_date(expectation.as_of, where + ", meta.as_of");
  } else if (kind == "volume") {
    expectation.volume_drop = meta.number("drop", 0.0, 1.0, "a share from 0 to 1");
  }
}

void read_meta_aisle(Expectation& expectation, const Json& meta, const std::string& where) {
  if (!meta.contains("aisle")) return;
  const Json& object = meta.at("aisle");
  if (!object.is_object()) {
    throw InvalidInput({where, "meta.aisle is " + object.dump(), "an object", ""});
  }
  refuse_unknown_keys(object, where, "key of meta.aisle:", {"name", "quarantine", "blank", "join"});
  const Fields aisle(object, where);
  expectation.name = aisle.text("name");
  if (aisle.flag("quarantine")) expectation.action = RowAction::kQuarantine;
  if (aisle.flag("blank")) expectation.action = RowAction::kBlank;
  if (aisle.has("join")) expectation.join_on = aisle.text("join");
}

// What must be there for the kind that it is in the end.
void check_whole(const Expectation& expectation, const Json& kwargs, const std::string& where) {
  switch (expectation.kind) {
    case ExpectationKind::kInSet:
    case ExpectationKind::kNotInSet:
      if (!kwargs.contains("value_set")) {
        throw InvalidInput({where, "the kwarg value_set is missing", "a list of texts or numbers", ""});
      }
      return;
    case ExpectationKind::kOfType:
      if (!column_type_of(expectation.type_name)) {
        throw InvalidInput({where, "type_ is \"" + expectation.type_name + "\"",
                            "a type such as VARCHAR, BIGINT, DOUBLE, BOOLEAN or DATE", ""});
      }
      return;
    case ExpectationKind::kBetween:
    case ExpectationKind::kRowCount:
    case ExpectationKind::kMean:
    case ExpectationKind::kMin:
    case ExpectationKind::kMax:
      return check_bounds(expectation, Fields(kwargs, where), where);
    default:
      return;
  }
}

// What the row action can be applied to: a rule that says for each row whether it breaks it.
void check_action(const Expectation& expectation, const std::string& where) {
  if (expectation.action == RowAction::kKeep) return;
  static const std::set<ExpectationKind> whole_table = {
      ExpectationKind::kColumnExists, ExpectationKind::kOfType, ExpectationKind::kRowCount,
      ExpectationKind::kMean,         ExpectationKind::kMin,    ExpectationKind::kMax,
      ExpectationKind::kFreshness};
  if (whole_table.count(expectation.kind) != 0) {
    throw InvalidInput({where, "meta.aisle asks to put rows aside",
                        "a rule about rows, not about the whole table", "take quarantine or blank away"});
  }
  if (expectation.action == RowAction::kBlank && (expectation.kind == ExpectationKind::kPairGreater ||
                                                  expectation.kind == ExpectationKind::kCompoundUnique)) {
    throw InvalidInput({where, "meta.aisle.blank stands at a rule over several columns",
                        "a rule over one column", "use quarantine"});
  }
}

Expectation read_expectation(const Json& object, const std::string& suite_where, std::size_t number) {
  std::string where = suite_where + ": expectation " + std::to_string(number);
  if (!object.is_object()) throw InvalidInput({where, "is " + object.dump(), "an object", ""});
  if (!object.contains("type") || !object.at("type").is_string()) {
    throw InvalidInput(
        {where, "has no type",
         "the name of an expectation, e.g. " + std::string(expectation_type(ExpectationKind::kNotNull)), ""});
  }
  const std::string type = object.at("type").get<std::string>();
  const auto known = known_types().find(type);
  if (known == known_types().end()) {
    std::vector<std::string> names;
    for (const auto& entry : known_types()) names.push_back(entry.first);
    refuse_name(where, "type " + type, names);
  }
  where += " (" + type + ")";
  refuse_unknown_keys(
      object, where, "key",
      {"type", "kwargs", "meta", "id", "severity", "notes", "description", "rendered_content"});
  const Json kwargs = object.contains("kwargs") ? object.at("kwargs") : Json::object();
  if (!kwargs.is_object()) throw InvalidInput({where, "kwargs is " + kwargs.dump(), "an object", ""});
  std::vector<std::string> known_kwargs = known->second.required;
  known_kwargs.insert(known_kwargs.end(), known->second.optional.begin(), known->second.optional.end());
  refuse_unknown_keys(kwargs, where, "kwarg", known_kwargs);
  for (const std::string& name : known->second.required) {
    if (!kwargs.contains(name) || kwargs.at(name).is_null() || kwargs.at(name) == "") {
      throw InvalidInput({where, "the kwarg " + name + " is missing", joined_names(known_kwargs), ""});
    }
  }

  Expectation expectation;
  expectation.kind = known->second.kind;
  read_kwargs(expectation, kwargs, where);
  const Json meta =
      object.contains("meta") && !object.at("meta").is_null() ? object.at("meta") : Json::object();
  if (!meta.is_object()) throw InvalidInput({where, "meta is " + meta.dump(), "an object", ""});
  read_meta_kind(expectation, meta, where);
  read_meta_aisle(expectation, meta, where);
  check_whole(expectation, kwargs, where);
  check_action(expectation, where);
  const Fields fields(object, where);
  if (fields.has("severity")) expectation.severity = parse_severity(fields.text("severity"), where);
  expectation.id = fields.text("id");
  if (object.contains("notes") && object.at("notes").is_string()) expectation.notes = fields.text("notes");
  expectation.meta = meta.dump();
  return expectation;
}

}  // namespace

Expectation parse_expectation(const std::string& json, const std::string& where, std::size_t number) {
  return read_expectation(Json::parse(json), where, number);
}

}  // namespace aisle
