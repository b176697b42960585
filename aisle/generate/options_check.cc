#include <fmt/format.h>

#include "aisle/base/errors.h"
#include "aisle/base/table.h"
#include "aisle/generate/generate.h"

namespace aisle {
namespace {

void check_range(const char* name, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return;
  throw InvalidInput({fmt::format("generate: {}", name), fmt::format("{} is out of range", value),
                      fmt::format("{} to {}", low, high), ""});
}

void check_share(const char* name, double value, double high) {
  // Also refuses NaN.
  if (value >= 0.0 && value <= high) return;
  throw InvalidInput({fmt::format("generate: {}", name), fmt::format("{} is out of range", value),
                      fmt::format("0 to {}", high), ""});
}

}  // namespace

Locale parse_locale(std::string_view text) {
  if (text == "pt_BR") return Locale::kPtBr;
  if (text == "en_US") return Locale::kEnUs;
  throw InvalidInput({"generate: locale", fmt::format("\"{}\" is not known", text), "pt_BR or en_US", ""});
}

void check_generate_options(const GenerateOptions& options) {
  check_range("stores", options.n_stores, 1, 1'000'000);
  check_range("products", options.n_products, 5, 100'000);
  check_range("years", options.n_years, 1, 20);
  check_range("archetypes", options.n_archetypes, 0, 12);
  check_share("overlap", options.overlap, 1.0);
  check_share("closed_share", options.closed_share.value_or(0.0), 0.5);
  check_range("threads", options.n_threads, 0, 1024);
  const std::int64_t end = parse_date(options.end_date, "generate: end_date");
  if (end < days_from_civil(1990, 1, 1) || end > days_from_civil(2199, 12, 31)) {
    throw InvalidInput({"generate: end_date", fmt::format("{} is out of range", options.end_date),
                        "1990-01-01 to 2199-12-31", ""});
  }
}

std::int64_t GenerateResult::rows_of(std::string_view table) const {
  for (const GeneratedTable& entry : tables) {
    if (entry.table == table) return entry.n_rows;
  }
  return 0;
}

}  // namespace aisle
