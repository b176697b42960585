#include "aisle/onboard/score_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "aisle/onboard/column_names.h"
#include "aisle/onboard/known_names.h"

namespace aisle {
namespace {

// `weight` scales what the name says (0: impossible); `bonus` is what the values say of their own.
struct Fit {
  double weight = 1;
  double bonus = 0;
  std::vector<std::string> reasons;

  Fit& add(double more, std::string reason) {
    bonus = 1 - (1 - bonus) * (1 - more);
    reasons.push_back(std::move(reason));
    return *this;
  }
  Fit& doubt(double factor, std::string reason) {
    weight *= factor;
    reasons.push_back(std::move(reason));
    return *this;
  }
};

Fit impossible() {
  return {.weight = 0, .bonus = 0, .reasons = {}};
}

double distinct_share(const ColumnProfile& column) {
  return static_cast<double>(column.n_distinct) /
         static_cast<double>(std::max<std::int64_t>(1, column.n_values));
}

std::string percent(double share) {
  return fmt::format("{:.0f} %", std::floor(share * 100));
}

bool is_fact(const ContractTable& table) {
  return table.name.starts_with("fact_");
}

// Evidence of a key that other files share. Small whole numbers are found among any keys (a quantity of 7
// in stores 1 to 100), so a link counts by the part of the keys that it covers too.
void add_links(const Evidence& evidence, FileRole role, std::size_t source, std::size_t column, Fit& fit) {
  const Link* best = nullptr;
  double best_strength = 0;
  bool as_key = false;
  for (const Link& link : evidence.links) {
    const bool points_out =
        link.source == source && link.column == column && evidence.roles[link.key_source] == role;
    const bool pointed_at = link.key_source == source && link.key_column == column &&
                            (evidence.roles[link.source] == FileRole::kSales ||
                             evidence.roles[link.source] == FileRole::kInventory);
    if (!points_out && !pointed_at) continue;
    const double strength = link.found * (0.3 + 0.7 * std::sqrt(link.covered));
    if (strength <= best_strength) continue;
    best = &link;
    best_strength = strength;
    as_key = pointed_at;
  }
  if (best == nullptr) return;
  const SourceProfile& other = evidence.sources[as_key ? best->source : best->key_source];
  const ColumnProfile& other_column = other.columns[as_key ? best->column : best->key_column];
  fit.add(0.8 * best_strength,
          as_key ? fmt::format("{} of the values of {} in {} are among its values", percent(best->found),
                               other_column.name, other.source.label)
                 : fmt::format("{} of its values are keys of {}", percent(best->found), other.source.label));
}

Fit fit_id(const Evidence& evidence, const ContractTable& table, FileRole role, std::size_t source,
           std::size_t column) {
  const ColumnProfile& profile = evidence.sources[source].columns[column];
  if (profile.kind != ValueKind::kText && profile.kind != ValueKind::kWhole) return impossible();
  if (profile.is_number() && profile.low < 0) return impossible();
  Fit fit;
  if (!is_fact(table)) {
    if (profile.is_key()) {
      fit.add(0.35, "no value stands twice");
    } else if (distinct_share(profile) > 0.98) {
      fit.doubt(0.8, "a few values stand twice");
    } else {
      fit.doubt(0.2, "its values repeat");
    }
  } else if (profile.is_key() && profile.n_values > 20) {
    fit.doubt(0.3, "no value stands twice");
  }
  add_links(evidence, role, source, column, fit);
  return fit;
}

Fit fit_date(const SourceProfile& source, const ColumnProfile& column, const ContractTable& table) {
  if (column.kind != ValueKind::kDate) return impossible();
  Fit fit;
  const auto n_dates =
      std::count_if(source.columns.begin(), source.columns.end(),
                    [](const ColumnProfile& other) { return other.kind == ValueKind::kDate; });
  if (!is_fact(table)) return fit.add(0.15, "its values are dates");
  if (n_dates == 1) return fit.add(0.65, "the only column of dates");
  return fit.add(0.3, "its values are dates");
}

Fit fit_number(const ColumnProfile& column, std::string_view wanted) {
  if (!column.is_number()) return impossible();
  Fit fit;
  const bool money = wanted != "qty" && wanted != "qty_on_hand";
  if (!money) {
    if (is_money(column.form)) return std::move(fit.doubt(0.4, "its numbers are written like money"));
    if (column.kind == ValueKind::kWhole) fit.add(0.15, "whole numbers");
    if (column.high > 1e7) fit.doubt(0.4, "its numbers are very large");
    return fit;
  }
  if (column.kind == ValueKind::kDecimal) fit.add(0.15, "numbers with decimals");
  if (wanted != "profit_at_sale" && wanted != "sale_amount" && column.negative_share > 0.2) {
    fit.doubt(0.4, "many numbers are negative");
  }
  return fit;
}

Fit fit_bounded(const ColumnProfile& column, double low, double high) {
  if (!column.is_number()) return impossible();
  Fit fit;
  if (column.middle < low || column.middle > high) {
    return std::move(fit.doubt(0.3, fmt::format("its middle value {:g} is out of range", column.middle)));
  }
  return std::move(fit.add(0.15, fmt::format("values around {:g}", column.middle)));
}

// Names have a value a row; groups repeat.
Fit fit_name(const ColumnProfile& column) {
  if (column.kind != ValueKind::kText) return impossible();
  Fit fit;
  if (distinct_share(column) > 0.7) return std::move(fit.add(0.2, "text, nearly a value of its own a row"));
  return std::move(fit.doubt(0.6, "its values repeat"));
}

Fit fit_group(const ColumnProfile& column, std::string_view wanted) {
  if (column.kind == ValueKind::kDate || column.kind == ValueKind::kEmpty) return impossible();
  Fit fit;
  if (column.kind != ValueKind::kText) {
    if (wanted == "city" || wanted == "state" || column.kind == ValueKind::kDecimal) return impossible();
    fit.doubt(0.75, "numbers, not words");
  }
  const std::string groups =
      column.n_distinct == 1 ? "one value alone" : fmt::format("{} different values", column.n_distinct);
  if (wanted == "city") return std::move(fit.add(0.1, groups));
  if (column.n_values > 10 && distinct_share(column) > 0.5) return std::move(fit.doubt(0.4, groups));
  return std::move(fit.add(0.15, groups));
}

Fit fit_of(const Evidence& evidence, const ContractTable& table, std::string_view wanted, std::size_t source,
           std::size_t column) {
  const SourceProfile& file = evidence.sources[source];
  const ColumnProfile& profile = file.columns[column];
  if (profile.kind == ValueKind::kEmpty) return impossible();
  if (wanted == "store_id") return fit_id(evidence, table, FileRole::kStores, source, column);
  if (wanted == "product_id") return fit_id(evidence, table, FileRole::kProducts, source, column);
  if (wanted == "date" || wanted.ends_with("_date")) return fit_date(file, profile, table);
  if (wanted == "size_m2") return fit_bounded(profile, 5, 300000);
  if (wanted == "storage_capacity_m2") return fit_bounded(profile, 0.5, 100000);
  if (wanted == "store_name" || wanted == "name") return fit_name(profile);
  if (wanted == "address") {
    return profile.kind == ValueKind::kText ? std::move(Fit().add(0.1, "text")) : impossible();
  }
  const ContractColumn* contract = table.find(wanted);
  if (contract->type == ColumnType::kText) return fit_group(profile, wanted);
  return fit_number(profile, wanted);
}

bool is_in_feet(const std::string& name) {
  const std::vector<std::string> words = words_of(name);
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word == "sqft" || word == "ft2" || word == "feet" || word == "footage" || word == "ft";
  });
}

std::string text_sql(const ColumnProfile& column) {
  return column.is_text ? sql_name(column.name) : "CAST(" + sql_name(column.name) + " AS VARCHAR)";
}

}  // namespace

ColumnScore score_column(const Evidence& evidence, const ContractTable& table, const ContractColumn& wanted,
                         std::size_t source, std::size_t column) {
  const std::string& name = evidence.sources[source].columns[column].name;
  const double likeness = known_name_score(table.name, wanted.name, name);
  Fit fit = fit_of(evidence, table, wanted.name, source, column);
  if (fit.weight == 0) return {};
  ColumnScore score;
  // What the values say alone never makes a name certain: dates and groups are many things.
  const bool decided_by_values = wanted.name == "store_id" || wanted.name == "product_id" ||
                                 wanted.name == "date" || wanted.name == "snapshot_date";
  if (likeness == 0 && !decided_by_values) return {};
  const bool own_name = name == wanted.name;
  if (own_name) fit.bonus = 1 - 0.5 * (1 - fit.bonus);
  score.sure = std::min(0.99, fit.weight * (1 - (1 - 0.92 * likeness) * (1 - fit.bonus)));
  if (own_name) {
    score.reasons.emplace_back("it has the contract's own name");
  } else if (likeness >= 0.9) {
    score.reasons.emplace_back("the name says so");
  } else if (likeness >= 0.5) {
    score.reasons.emplace_back("the name is near");
  } else if (likeness > 0) {
    score.reasons.emplace_back("the name hints at it");
  } else {
    score.reasons.emplace_back("the name says nothing");
  }
  score.reasons.insert(score.reasons.end(), fit.reasons.begin(), fit.reasons.end());
  return score;
}

std::string number_sql(const ColumnProfile& column) {
  if (!column.is_text) return "CAST(" + sql_name(column.name) + " AS DOUBLE)";
  const bool comma = has_decimal_comma(column.form);
  std::string text = sql_name(column.name);
  if (column.form != NumberForm::kWhole && column.form != NumberForm::kPoint &&
      column.form != NumberForm::kComma) {
    text = "regexp_replace(" + text + ", '[^0-9" + (comma ? "," : ".") + "-]', '', 'g')";
  }
  if (comma) text = "replace(" + text + ", ',', '.')";
  return "TRY_CAST(" + text + " AS DOUBLE)";
}

std::string mapping_of(const SourceProfile& source, const ColumnProfile& column,
                       const ContractColumn& wanted) {
  const bool is_csv = source.source.format == FileFormat::kCsv;
  if (wanted.type == ColumnType::kDate && !column.is_date_type && !column.date_forms.empty()) {
    const auto& forms = column.date_forms;
    const bool read_by_dialect =
        is_csv && std::find(forms.begin(), forms.end(), source.csv.date_format) != forms.end();
    const bool plain = column.is_text && forms.front() == "%Y-%m-%d";
    if (!read_by_dialect && !plain) {
      return "CAST(strptime(" + text_sql(column) + ", '" + forms.front() + "') AS DATE)";
    }
  }
  if (wanted.type == ColumnType::kInt64 || wanted.type == ColumnType::kDouble) {
    const bool other_mark = column.form != NumberForm::kWhole &&
                            has_decimal_comma(column.form) != (is_csv && source.csv.decimal == ",");
    const bool convert = column.is_text && (is_money(column.form) || other_mark);
    if (wanted.name == "size_m2" && is_in_feet(column.name)) return number_sql(column) + " * 0.09290304";
    if (convert) return number_sql(column);
  }
  return column.name;
}

}  // namespace aisle
