// docs/checks.md, made from the built-in suites.
#include <fmt/format.h>

#include "aisle/quality/default_suites.h"
#include "aisle/quality/messages.h"

namespace aisle {
namespace {

constexpr const char* kHead = R"(# The checks

<!-- Made from the code by checks_page(); a test says when it is stale. Do not edit. -->

`aisle check` (and the first step of `aisle run`) holds every raw table against the expectations below and
against the suites of your own. Each expectation has a severity: `critical` stops the flow with exit code 3,
`warning` goes on and is reported, `info` is there to be read. What becomes of the rows that break it:

- *kept*: they are counted and reported.
- *quarantined*: they go to `data/quarantine/TABLE.parquet` with the reason, and stay out of what follows.
- *counted as missing*: the row stays, its value is null in what follows.

An expectation about a column that your tables do not have is left out, and `checks.json` says so.
In `aisle.toml`, `quality.off` leaves out expectations by name, `quality.severity` gives one another severity,
`quality.defaults = false` leaves all of these out.

What is written: `data/validation/TABLE_validation.json` (and `TABLE.SUITE_validation.json` for a suite of
yours), Great Expectations' validation results with at most 20 failing rows each; `data/quarantine/`; and
`data/validation/checks.json`, the summary. The same data and options give the same bytes: the time that
Great Expectations' form asks for is midnight of `features.as_of`, or of the last day of the sales.

Original names: the four expectations of the platform that aisle replaces are `sales_qty_at_least_1`,
`sales_price_not_negative`, `sales_store_id_not_null` and `sales_product_id_not_null`.
)";

constexpr const char* kTail = R"(
## A half-loaded day
`sales_daily_volume` compares each day with what is usual: the median of the rows, and of the stores that
sell, over the up to eight same weekdays in the twelve weeks before it. A day is low when its rows or stores
are below `quality.volume_drop` times the usual and the shortfall is over three standard deviations of a
Poisson count. Low days among the last seven days of the data are held back (quarantined): a load was cut
short. Days that an earlier good run recorded, and that have since shrunk as much, are held back too; where most of
them have, the data is another (a scope, another chain): that is said, and they are kept. An older low day is listed under `low_days` in `checks.json` and kept: it is a holiday far more often than a fault; so
is a recent day that was as low a year before.

## A mistyped day
One sale dated 2204 would move the end of the sales by 180 years, and all ages with it. `sales_date_not_stray`
parts the sales where no row lies in between for over 90 days. The part with the most rows is the bulk (no fewer
than 100 rows, else nothing is told); the rows of each other part, before or after it, are quarantined where they
are at most one in a thousand of all rows, or a single one. Sales after a season's break stay, since they are
many.

Counting every sale's row for uniqueness is too dear for what it finds, so no built-in expectation does;
`expect_compound_columns_to_be_unique` in a suite of yours does it.

## Suites of your own
`quality.suites` lists files in Great Expectations' 1.x JSON, as its `gx/expectations/NAME.json`. The table is
named by `TABLE=path` in `quality.suites`, by `meta.aisle.table` in the suite, or by a file named `TABLE.json`.
Everything in a suite must be understood; an unknown expectation, kwarg or key is an error, and so is a column
that the table does not have.

| expectation | kwargs |
|---|---|
| `expect_column_to_exist` | column |
| `expect_column_values_to_not_be_null` | column, mostly |
| `expect_column_values_to_be_unique` | column, mostly |
| `expect_column_values_to_be_in_set`, `..._to_not_be_in_set` | column, value_set, mostly |
| `expect_column_values_to_be_between` | column, min_value, max_value, strict_min, strict_max, mostly |
| `expect_column_values_to_match_regex` | column, regex (RE2: no look-ahead, no back-reference), mostly |
| `expect_column_values_to_be_of_type` | column, type_ |
| `expect_table_row_count_to_be_between` | min_value, max_value, strict_min, strict_max |
| `expect_compound_columns_to_be_unique` | column_list, ignore_row_if, mostly |
| `expect_column_pair_values_a_to_be_greater_than_b` | column_A, column_B, or_equal, ignore_row_if, mostly |
| `expect_column_mean_to_be_between`, `..._min_...`, `..._max_...` | column, min_value, max_value, strict_min, strict_max |

Dates are texts such as "2024-12-31". `severity` is critical (the default), warning or info. A mean is of
values rounded to a millionth. What aisle adds stands under `meta`, so that Great Expectations loads the suite:

| key of an expectation's meta | meaning |
|---|---|
| `aisle.name` | its name in messages and options |
| `aisle.quarantine`: true | rows that break it are quarantined |
| `aisle.blank`: true | values that break it count as missing |
| `aisle.join` | the key of a pair with a column of another table; `store_id` when absent |
| `kind`: "foreign_key", `ref`: "TABLE.COLUMN" | at `..._be_in_set`: the set is that column; where TABLE is not one of the contract's, it is value_set |
| `kind`: "freshness", `max_age_days`, `as_of` | at `expect_column_max_to_be_between`: the newest date is at most so many days before as_of (else `features.as_of`, else the last day of the sales) |
| `kind`: "volume", `drop` | at `..._not_be_in_set` of a date column: no half-loaded day, as above |
| `kind`: "stray_days" | at `..._not_be_in_set` of a date column: no mistyped day, as above |

In a pair, `column_A` or `column_B` may be `TABLE.COLUMN` of another table of the contract.
)";

std::string action_text(const Expectation& expectation) {
  switch (expectation.action) {
    case RowAction::kQuarantine:
      return expectation.kind == ExpectationKind::kVolume ? "held back" : "quarantined";
    case RowAction::kBlank:
      return "counted as missing";
    case RowAction::kKeep:
      break;
  }
  return "kept";
}

// What the returns policy makes of one expectation, e.g. "info (net), warning (drop), critical (refuse)".
std::string by_policy(std::size_t suite, std::size_t at, std::string (*text)(const Expectation&)) {
  const std::vector<std::pair<ReturnsPolicy, const char*>> policies = {
      {ReturnsPolicy::kNet, "net"}, {ReturnsPolicy::kDrop, "drop"}, {ReturnsPolicy::kRefuse, "refuse"}};
  std::string all;
  std::string first;
  bool equal = true;
  for (const auto& [policy, name] : policies) {
    const std::string one = text(built_in_suites(policy)[suite].expectations[at]);
    if (first.empty()) first = one;
    equal = equal && one == first;
    all += (all.empty() ? "" : ", ") + one + " (" + name + ")";
  }
  return equal ? first : all;
}

std::string severity_text(const Expectation& expectation) {
  return severity_name(expectation.severity);
}

}  // namespace

std::string checks_page() {
  std::string page = kHead;
  const std::vector<Suite> suites = built_in_suites(ReturnsPolicy::kNet);
  for (std::size_t suite = 0; suite < suites.size(); ++suite) {
    page += "\n## " + suites[suite].table +
            "\n\n| name | what holds | severity | rows that break it | why |\n|---|---|---|---|---|\n";
    for (std::size_t at = 0; at < suites[suite].expectations.size(); ++at) {
      const Expectation& expectation = suites[suite].expectations[at];
      page += fmt::format("| `{}` | {} | {} | {} | {} |\n", expectation.name, expectation_text(expectation),
                          by_policy(suite, at, severity_text), by_policy(suite, at, action_text),
                          expectation.notes);
    }
  }
  return page + kTail;
}

}  // namespace aisle
