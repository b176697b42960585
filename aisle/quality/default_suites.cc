// The built-in suites. A row is put aside only where keeping it would break what follows or count a sale
// that belongs to nobody; everything else is reported and kept.
#include "aisle/quality/default_suites.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"

namespace aisle {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();

class Builder {
 public:
  explicit Builder(const std::string& table) {
    suite_.name = "aisle_" + table;
    suite_.table = table;
  }

  Expectation& add(ExpectationKind kind, const std::string& name, const std::string& column,
                   CheckSeverity severity, RowAction action, const std::string& notes) {
    Expectation expectation;
    expectation.kind = kind;
    expectation.name = name;
    expectation.column = column;
    expectation.severity = severity;
    expectation.action = action;
    expectation.notes = notes;
    suite_.expectations.push_back(std::move(expectation));
    return suite_.expectations.back();
  }

  void not_empty(const std::string& prefix) {
    add(ExpectationKind::kRowCount, prefix + "_not_empty", "", CheckSeverity::kCritical, RowAction::kKeep,
        "An empty table means that the files are not what they should be.")
        .min_value = std::int64_t{1};
  }

  void not_null(const std::string& prefix, const std::string& column, CheckSeverity severity,
                RowAction action, const std::string& notes) {
    add(ExpectationKind::kNotNull, prefix + "_" + column + "_not_null", column, severity, action, notes);
  }

  void unique(const std::string& prefix, const std::string& column) {
    add(ExpectationKind::kUnique, prefix + "_" + column + "_unique", column, CheckSeverity::kCritical,
        RowAction::kKeep, "A key that stands twice would count every sale of it twice.");
  }

  // NaN stands above every number in both engines, so that a range catches it with the infinities.
  void finite(const std::string& name, const std::string& column, RowAction action) {
    Expectation& expectation = add(ExpectationKind::kBetween, name, column, CheckSeverity::kWarning, action,
                                   action == RowAction::kBlank ? "NaN and infinity count as missing."
                                                               : "NaN and infinity are no amounts.");
    expectation.min_value = -kLargest;
    expectation.max_value = kLargest;
  }

  Expectation& at_least(const std::string& name, const std::string& column, SuiteValue low,
                        CheckSeverity severity, RowAction action, const std::string& notes) {
    Expectation& expectation = add(ExpectationKind::kBetween, name, column, severity, action, notes);
    expectation.min_value = std::move(low);
    return expectation;
  }

  void known(const std::string& name, const std::string& column, const std::string& table,
             const std::string& notes) {
    Expectation& expectation = add(ExpectationKind::kForeignKey, name, column, CheckSeverity::kWarning,
                                   RowAction::kQuarantine, notes);
    expectation.reference_table = table;
    expectation.reference_column = column;
  }

  void pair(const std::string& name, const std::string& greater, const std::string& lower,
            CheckSeverity severity, const std::string& notes) {
    Expectation& expectation =
        add(ExpectationKind::kPairGreater, name, greater, severity, RowAction::kKeep, notes);
    expectation.column_b = lower;
    expectation.or_equal = true;
    expectation.ignore_row = IgnoreRow::kAnyMissing;
  }

  Suite done() { return std::move(suite_); }

 private:
  Suite suite_;
};

constexpr CheckSeverity kInfo = CheckSeverity::kInfo;
constexpr CheckSeverity kWarning = CheckSeverity::kWarning;
constexpr CheckSeverity kCritical = CheckSeverity::kCritical;

Suite product_suite() {
  Builder suite("dim_product");
  suite.not_empty("products");
  suite.not_null("products", "product_id", kWarning, RowAction::kQuarantine,
                 "A product without an id sells nothing.");
  suite.unique("products", "product_id");
  suite.not_null("products", "category", kWarning, RowAction::kKeep, "A missing category is one of its own.");
  suite.finite("products_base_price_finite", "base_price", RowAction::kBlank);
  suite.finite("products_cost_finite", "cost", RowAction::kBlank);
  suite.at_least("products_base_price_not_negative", "base_price", 0.0, kWarning, RowAction::kKeep,
                 "A list price below zero.");
  suite.pair("products_price_covers_cost", "base_price", "cost", kInfo, "A product listed below its cost.");
  return suite.done();
}

Suite physical_suite() {
  Builder suite("dim_store_physical");
  suite.not_empty("physical");
  suite.not_null("physical", "store_id", kWarning, RowAction::kQuarantine,
                 "A store without an id sells nothing.");
  suite.unique("physical", "store_id");
  suite.known("physical_store_in_management", "store_id", "dim_store_management",
              "A store in one of the two store tables only has no whole description.");
  suite.finite("physical_size_finite", "size_m2", RowAction::kBlank);
  suite.finite("physical_storage_finite", "storage_capacity_m2", RowAction::kBlank);
  suite.not_null("physical", "size_m2", kInfo, RowAction::kKeep,
                 "A missing size is imputed from the storage.");
  suite
      .at_least("physical_size_positive", "size_m2", 0.0, kWarning, RowAction::kKeep,
                "A size of zero or less is imputed as a missing one is.")
      .strict_min = true;
  suite.at_least("physical_storage_not_negative", "storage_capacity_m2", 0.0, kWarning, RowAction::kKeep,
                 "A storage area below zero.");
  suite.not_null("physical", "placement", kInfo, RowAction::kKeep,
                 "A missing placement is a level of its own.");
  return suite.done();
}

Suite management_suite() {
  Builder suite("dim_store_management");
  suite.not_empty("management");
  suite.not_null("management", "store_id", kWarning, RowAction::kQuarantine,
                 "A store without an id sells nothing.");
  suite.unique("management", "store_id");
  suite.known("management_store_in_physical", "store_id", "dim_store_physical",
              "A store in one of the two store tables only has no whole description.");
  suite.not_null("management", "opening_date", kWarning, RowAction::kKeep, "The store's age is not known.");
  suite.not_null("management", "regional", kInfo, RowAction::kKeep,
                 "A missing region is a level of its own.");
  suite.pair("management_closing_after_opening", "closing_date", "opening_date", kWarning,
             "A store that closes before it opens.");
  return suite.done();
}

Suite sales_suite(ReturnsPolicy returns) {
  Builder suite("fact_sales");
  suite.not_empty("sales");
  suite.not_null("sales", "date", kWarning, RowAction::kQuarantine, "A sale of no day.");
  suite.add(ExpectationKind::kStrayDays, "sales_date_not_stray", "date", kWarning, RowAction::kQuarantine,
            "A mistyped day would move the end of the sales and all ages.");
  suite.not_null("sales", "store_id", kWarning, RowAction::kQuarantine, "A sale of no store.");
  suite.not_null("sales", "product_id", kWarning, RowAction::kQuarantine, "A sale of no product.");
  suite.not_null("sales", "qty", kWarning, RowAction::kKeep, "The sale adds nothing to units or revenue.");
  suite.at_least("sales_qty_at_least_1", "qty", std::int64_t{1}, kWarning, RowAction::kKeep,
                 "Zero units, or a return.");
  suite.at_least("sales_qty_not_negative", "qty", std::int64_t{0},
                 returns == ReturnsPolicy::kNet    ? kInfo
                 : returns == ReturnsPolicy::kDrop ? kWarning
                                                   : kCritical,
                 returns == ReturnsPolicy::kDrop ? RowAction::kQuarantine : RowAction::kKeep,
                 "Returns, as features.returns says: net keeps them, drop puts them aside, refuse stops.");
  suite.at_least("sales_price_not_negative", "unit_price_at_sale", 0.0, kWarning, RowAction::kQuarantine,
                 "A price below zero; a return has a negative quantity instead.");
  suite.finite("sales_price_finite", "unit_price_at_sale", RowAction::kQuarantine);
  suite.finite("sales_amount_finite", "sale_amount", RowAction::kQuarantine);
  suite.finite("sales_profit_finite", "profit_at_sale", RowAction::kBlank);
  suite.not_null("sales", "unit_price_at_sale", kWarning, RowAction::kKeep,
                 "The sale adds nothing to the revenue.");
  suite.not_null("sales", "sale_amount", kWarning, RowAction::kKeep, "The sale adds nothing to the revenue.");
  suite.known("sales_product_known", "product_id", "dim_product",
              "A sale of an unknown product would vanish without a word.");
  suite.known("sales_store_known", "store_id", "dim_store_management",
              "A sale of an unknown store would vanish without a word.");
  suite.pair("sales_after_opening", "date", "dim_store_management.opening_date", kWarning,
             "Sales before the store's opening are kept: the opening date may be the one that is wrong.");
  suite.pair("sales_before_closing", "dim_store_management.closing_date", "date", kWarning,
             "Sales after the store's closing are kept.");
  suite.add(ExpectationKind::kVolume, "sales_daily_volume", "date", kWarning, RowAction::kQuarantine,
            "A recent day with far fewer rows or stores than usual is half loaded and held back.");
  return suite.done();
}

Suite inventory_suite() {
  Builder suite("fact_inventory");
  suite.not_empty("inventory");
  suite.not_null("inventory", "snapshot_date", kWarning, RowAction::kQuarantine, "A stock of no day.");
  suite.not_null("inventory", "store_id", kWarning, RowAction::kQuarantine, "A stock of no store.");
  suite.not_null("inventory", "product_id", kWarning, RowAction::kQuarantine, "A stock of no product.");
  suite.not_null("inventory", "qty_on_hand", kWarning, RowAction::kKeep,
                 "The row adds nothing to the stock.");
  suite.at_least("inventory_qty_not_negative", "qty_on_hand", std::int64_t{0}, kWarning,
                 RowAction::kQuarantine, "A stock below zero.");
  suite.known("inventory_product_known", "product_id", "dim_product", "A stock of an unknown product.");
  suite.known("inventory_store_known", "store_id", "dim_store_management", "A stock of an unknown store.");
  suite
      .add(ExpectationKind::kFreshness, "inventory_fresh", "snapshot_date", kWarning, RowAction::kKeep,
           "The newest stock is long before the last sales.")
      .max_age_days = 45.0;
  return suite.done();
}

void refuse_unknown_name(const std::string& option, const std::string& name,
                         const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  const std::string nearest = nearest_name(name, known);
  throw InvalidInput({option, "no expectation is named " + name, "a name in docs/checks.md or in your suites",
                      nearest.empty() ? "" : "did you mean " + nearest + "?"});
}

}  // namespace

std::vector<Suite> built_in_suites(ReturnsPolicy returns) {
  return {product_suite(), physical_suite(), management_suite(), sales_suite(returns), inventory_suite()};
}

std::vector<Suite> default_suites(const Options& options, const std::vector<std::string>& other_names) {
  std::vector<Suite> suites = built_in_suites(options.features.returns);
  std::vector<std::string> built_in;
  for (const Suite& suite : suites) {
    for (const Expectation& expectation : suite.expectations) built_in.push_back(expectation.name);
  }
  std::vector<std::string> known = built_in;
  known.insert(known.end(), other_names.begin(), other_names.end());
  const auto& off = options.quality.off;
  for (const std::string& name : off) refuse_unknown_name("quality.off", name, built_in);
  for (const auto& [name, severity] : options.quality.severity) {
    refuse_unknown_name("quality.severity", name, known);
    parse_severity(severity, "quality.severity." + name);
  }
  for (Suite& suite : suites) {
    auto& list = suite.expectations;
    list.erase(std::remove_if(list.begin(), list.end(),
                              [&](const Expectation& expectation) {
                                return std::find(off.begin(), off.end(), expectation.name) != off.end();
                              }),
               list.end());
    for (Expectation& expectation : list) {
      const auto severity = options.quality.severity.find(expectation.name);
      if (severity != options.quality.severity.end()) {
        expectation.severity = parse_severity(severity->second, "quality.severity." + severity->first);
      }
    }
  }
  if (!options.quality.defaults) suites.clear();
  return suites;
}

}  // namespace aisle
