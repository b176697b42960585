#include "aisle/base/table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

TEST(Table, RefusesColumnsThatDoNotFit) {
  Table table;
  table.add(int_column("a", {1, 2}));
  EXPECT_THROW(table.add(int_column("b", {1})), InternalError);
  EXPECT_THROW(table.add(double_column("a", {1, 2})), InternalError);
  EXPECT_THROW(table.column("c"), InternalError);
}

TEST(Table, TakesRowsInAnyOrderWithTheirNulls) {
  Table table;
  Column numbers = double_column("x", {1.5, 2.5, 3.5});
  numbers.is_null = {0, 1, 0};
  table.add(text_column("id", {"a", "b", "c"}));
  table.add(numbers);
  const Table picked = table.take({2, 1, 1});
  EXPECT_EQ(picked.column("id").texts, (std::vector<std::string>{"c", "b", "b"}));
  EXPECT_EQ(picked.column("x").null_count(), 2u);
  EXPECT_TRUE(std::isnan(picked.column("x").number_at(1)));
  EXPECT_EQ(picked.column("x").text_at(0), "3.5");
}

TEST(Dates, GoThereAndBack) {
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
  EXPECT_EQ(parse_date("2024-02-29", "x"), days_from_civil(2024, 2, 29));
  for (std::int64_t day = -200'000; day < 200'000; day += 997)
    EXPECT_EQ(parse_date(format_date(day), "x"), day);
}

TEST(Dates, AWrongDayNamesItself) {
  for (const char* wrong :
       {"2023-02-29", "2024-13-01", "24-01-01", "2024/01/01", "2024-01-1x", "", "20240101"}) {
    try {
      parse_date(wrong, "features.as_of");
      FAIL() << wrong;
    } catch (const InvalidInput& error) {
      EXPECT_EQ(std::string(error.what()),
                "features.as_of: '" + std::string(wrong) + "' is not a date; expected a day like 2024-12-31");
    }
  }
}

}  // namespace
}  // namespace aisle
