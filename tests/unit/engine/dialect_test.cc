// The common subset of SQL, and what Spark is given of it.
#include "aisle/engine/dialect.h"

#include <gtest/gtest.h>

#include "tests/support/common_sql.h"

namespace aisle {
namespace {

using ::aisle::testing::fault_of_common_sql;

TEST(Dialect, NamesAndTextsGetTheQuotesOfSpark) {
  EXPECT_EQ(spark_sql(R"(SELECT t."a ""b" FROM "x`y" AS t)"), "SELECT t.`a \"b` FROM `x``y` AS t");
  EXPECT_EQ(spark_sql("SELECT 'it''s \\d \"x\"'"), "SELECT 'it\\'s \\\\d \"x\"'");
}

TEST(Dialect, TypesFunctionsAndDivisionHaveTheNamesOfSpark) {
  EXPECT_EQ(spark_sql("CAST(a AS VARCHAR) // 7, CAST(b AS HUGEINT)"),
            "CAST(a AS STRING) DIV 7, CAST(b AS DECIMAL(38, 0))");
  EXPECT_EQ(spark_sql("NOT regexp_matches(a, '^x')"), "NOT regexp_like(a, '^x')");
}

TEST(Dialect, CommentsNumbersAndLinesStay) {
  const std::string sql = "-- it's \"so\" // here\nSELECT 1e4, 1.5e-3, .5 /* 'x' */\nFROM t";
  EXPECT_EQ(spark_sql(sql), sql);
}

TEST(Dialect, TokensMakeTheStatementAgain) {
  for (const std::string sql : {"SELECT 'never ends", "\"", "a--b", "/* x", "1e", "x'y''", "é + \"ü\""}) {
    std::string joined;
    for (const SqlToken& token : sql_tokens(sql)) joined += token.text;
    EXPECT_EQ(joined, sql);
  }
}

TEST(CommonSql, TakesWhatBothEnginesUnderstandAlike) {
  EXPECT_EQ(
      fault_of_common_sql("WITH a AS (SELECT sum(x) AS s FROM t GROUP BY y) SELECT CAST(s AS DOUBLE) / 2 "
                          "FROM a JOIN b ON (a.s = b.s) WHERE s IN (SELECT s FROM c) -- avg(x)"),
      "");
  EXPECT_EQ(fault_of_common_sql("SELECT CAST(date - DATE '1970-01-01' AS BIGINT) // 7"), "");
}

TEST(CommonSql, RefusesWhatDiffers) {
  EXPECT_EQ(fault_of_common_sql("SELECT date - DATE '1970-01-01' + 3 FROM t"), "a difference of days");
  EXPECT_EQ(fault_of_common_sql("SELECT avg(x) FROM t"), "the word avg");
  EXPECT_EQ(fault_of_common_sql("SELECT any_value(x) FROM t"), "the function any_value");
  EXPECT_EQ(fault_of_common_sql("SELECT datediff('day', a, b)"), "the function datediff");
  EXPECT_EQ(fault_of_common_sql("SELECT dayofweek(a)"), "the function dayofweek");
  EXPECT_EQ(fault_of_common_sql("SELECT concat(a, NULL)"), "the function concat");
  EXPECT_EQ(fault_of_common_sql("SELECT regr_slope(a, b)"), "the function regr_slope");
  EXPECT_EQ(fault_of_common_sql("SELECT try_cast(a AS INTEGER)"), "the word try_cast");
  EXPECT_EQ(fault_of_common_sql("SELECT d + INTERVAL 1 DAY"), "the word interval");
  EXPECT_EQ(fault_of_common_sql("SELECT a::INT"), "the mark ::");
  EXPECT_EQ(fault_of_common_sql("SELECT [1, 2]"), "the mark [");
  EXPECT_EQ(fault_of_common_sql("SELECT a || b"), "the mark ||");
  EXPECT_EQ(fault_of_common_sql("SELECT CAST(a AS FLOAT)"), "the type float");
  EXPECT_EQ(fault_of_common_sql("SELECT * FROM read_parquet('x')"), "the function read_parquet");
  EXPECT_EQ(fault_of_common_sql("DELETE FROM t"), "the word delete");
}

}  // namespace
}  // namespace aisle
