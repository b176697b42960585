#include "aisle/segment/terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

std::vector<Term> parse_list(const std::vector<std::string>& texts, const char* option) {
  std::vector<Term> terms;
  terms.reserve(texts.size());
  for (const std::string& text : texts) {
    terms.push_back({.entry = parse_column_entry(text, option), .text = text});
  }
  return terms;
}

class Resolver {
 public:
  explicit Resolver(const Table& features) : features_(features) {}

  void add_context(const Term& term) {
    const auto names = names_of(term);
    for (const std::string& name : names) {
      const ColumnType type = checked_type(name, term, "model.context");
      const bool category = term.entry.transform == ColumnTransform::kNone &&
                            (type == ColumnType::kText || type == ColumnType::kBool);
      if (!category) {
        refuse_text(type, name, term, "model.context");
        add_number(term, name, names, columns_.context_numeric);
        continue;
      }
      auto& into = columns_.context_categorical;
      const bool there = std::any_of(into.begin(), into.end(),
                                     [&](const CategoryInput& other) { return other.column == name; });
      if (!there) into.push_back({.column = name, .factor = factor_of(term, names)});
    }
  }

  void add_behaviour(const Term& term) {
    const auto names = names_of(term);
    for (const std::string& name : names) {
      refuse_text(checked_type(name, term, "model.behaviour"), name, term, "model.behaviour");
      add_number(term, name, names, columns_.behaviour);
    }
  }

  ModelColumns finish() {
    auto& categories = columns_.context_categorical;
    std::sort(categories.begin(), categories.end(),
              [](const CategoryInput& a, const CategoryInput& b) { return a.column < b.column; });
    return std::move(columns_);
  }

 private:
  std::vector<std::string> names_of(const Term& term) {
    std::vector<std::string> names;
    for (const Column& column : features_.columns()) {
      if (column_matches(term.entry.pattern, column.name)) names.push_back(column.name);
    }
    std::sort(names.begin(), names.end());
    if (names.empty()) columns_.absent.push_back(term.text);
    return names;
  }

  ColumnType checked_type(const std::string& name, const Term& term, const char* option) const {
    const ColumnType type = features_.column(name).type;
    if (type == ColumnType::kDate) {
      throw InvalidInput({.where = option,
                          .what = fmt::format("'{}' takes {}, which is a date", term.text, name),
                          .expected = "a number or a category",
                          .remedy = "years since opening are the column anos_de_loja"});
    }
    return type;
  }

  static void refuse_text(ColumnType type, const std::string& name, const Term& term, const char* option) {
    if (type != ColumnType::kText) return;
    throw InvalidInput({.where = option,
                        .what = fmt::format("'{}' takes {} as a number, but it is text", term.text, name),
                        .expected = "a numeric column",
                        .remedy = "put its bare name into model.context, where text is a category"});
  }

  static double factor_of(const Term& term, const std::vector<std::string>& names) {
    if (term.entry.weight <= 0) return 1.0;
    return std::sqrt(term.entry.weight / static_cast<double>(names.size()));
  }

  void add_number(const Term& term, const std::string& name, const std::vector<std::string>& names,
                  std::vector<NumericInput>& into) {
    NumericInput input;
    input.column = name;
    input.transform = term.entry.transform;
    input.name = input.transform == ColumnTransform::kNone
                     ? name
                     : fmt::format("{}({})", transform_name(input.transform), name);
    const bool there = std::any_of(into.begin(), into.end(),
                                   [&](const NumericInput& other) { return other.name == input.name; });
    if (there) return;
    input.factor = factor_of(term, names);
    if (input.transform == ColumnTransform::kCentredLogRatio) input.composition = composition_index(names);
    into.push_back(std::move(input));
  }

  int composition_index(const std::vector<std::string>& names) {
    Composition parts;
    for (const std::string& name : names) parts.push_back({.column = name});
    auto& all = columns_.compositions;
    const auto found = std::find(all.begin(), all.end(), parts);
    if (found != all.end()) return static_cast<int>(found - all.begin());
    all.push_back(std::move(parts));
    return static_cast<int>(all.size()) - 1;
  }

  const Table& features_;
  ModelColumns columns_;
};

}  // namespace

ModelTerms model_terms(const Options& options) {
  return {.context = parse_list(options.model.context, "model.context"),
          .behaviour = parse_list(options.model.behaviour, "model.behaviour")};
}

ModelColumns resolve_terms(const ModelTerms& terms, const Table& features) {
  Resolver resolver(features);
  for (const Term& term : terms.context) resolver.add_context(term);
  for (const Term& term : terms.behaviour) resolver.add_behaviour(term);
  return resolver.finish();
}

const char* transform_name(ColumnTransform transform) {
  switch (transform) {
    case ColumnTransform::kLog1p:
      return "log1p";
    case ColumnTransform::kCentredLogRatio:
      return "clr";
    case ColumnTransform::kNone:
      return "none";
  }
  return "none";
}

}  // namespace aisle
