// Arrow streams written by pyarrow (tests/data/arrow/make.py), whole and spoilt.
#include "aisle/engine/arrow_rows.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

std::string stream_of(const std::string& name) {
  return read_file(std::filesystem::path(AISLE_SOURCE_DIR) / "tests/data/arrow" / name);
}

TEST(ArrowRows, EveryTypeIsRead) {
  Table rows;
  append_arrow_rows(stream_of("everything.arrows"), rows);
  ASSERT_EQ(rows.n_rows(), 3U);
  const auto texts = [&](const char* name) {
    std::string all;
    const Column& column = rows.column(name);
    for (std::size_t row = 0; row < 3; ++row)
      all += (column.null_at(row) ? "null" : column.text_at(row)) + "|";
    return all;
  };
  EXPECT_EQ(texts("text"), "é|null||");
  EXPECT_EQ(texts("large_text"), "a|bc|null|");
  EXPECT_EQ(texts("tiny"), "-1|null|127|");
  EXPECT_EQ(texts("small"), "-1|2|32767|");
  EXPECT_EQ(texts("int"), "-1|null|2147483647|");
  EXPECT_EQ(texts("big"), "-9223372036854775808|0|9223372036854775807|");
  EXPECT_EQ(texts("float"), "0.5|null|-1.25|");
  EXPECT_EQ(rows.column("double").doubles[0], 0.1);
  EXPECT_TRUE(std::isnan(rows.column("double").doubles[1]));
  EXPECT_TRUE(rows.column("double").null_at(2));
  EXPECT_EQ(rows.column("flag").type, ColumnType::kBool);
  EXPECT_EQ(rows.column("flag").ints[0], 1);
  EXPECT_TRUE(rows.column("flag").null_at(1));
  EXPECT_EQ(texts("day"), "1969-12-31|null|2024-02-29|");
  EXPECT_EQ(texts("moment"), "1969-12-31|2024-02-29|null|");
  EXPECT_EQ(rows.column("whole").type, ColumnType::kInt64);
  EXPECT_EQ(texts("whole"), "-5|null|1000000000000000000|");
  EXPECT_EQ(rows.column("huge").type, ColumnType::kDouble);
  EXPECT_EQ(rows.column("huge").doubles[0], 1.0);
  EXPECT_EQ(rows.column("huge").doubles[1], 1e30);
  EXPECT_EQ(texts("money"), "1.25|null|-0.5|");
  EXPECT_EQ(texts("nothing"), "null|null|null|");
}

TEST(ArrowRows, BatchesFollowEachOther) {
  Table rows;
  append_arrow_rows(stream_of("empty.arrows"), rows);
  EXPECT_EQ(rows.n_rows(), 0U);
  ASSERT_EQ(rows.n_cols(), 15U);
  append_arrow_rows(stream_of("everything.arrows"), rows);
  append_arrow_rows(stream_of("everything.arrows"), rows);
  ASSERT_EQ(rows.n_rows(), 6U);
  for (const Column& column : rows.columns()) EXPECT_EQ(column.size(), 6U) << column.name;
  EXPECT_FALSE(rows.column("text").null_at(3));
  EXPECT_TRUE(rows.column("text").null_at(4));
  EXPECT_EQ(rows.column("huge").doubles[4], 1e30);
}

TEST(ArrowRows, OtherTypesAreSaid) {
  Table rows;
  EXPECT_THROW(append_arrow_rows(stream_of("list.arrows"), rows), DataError);
}

// Bytes come from another machine: whatever is cut or turned, nothing is read beyond its end.
TEST(ArrowRows, SpoiltStreamsAreRefusedOrReadAndNeverMore) {
  const std::string whole = stream_of("everything.arrows");
  std::size_t n_refused = 0;
  for (std::size_t size = 1; size < whole.size(); ++size) {
    Table rows;
    try {
      append_arrow_rows(std::string_view(whole).substr(0, size), rows);
    } catch (const Error&) {
      ++n_refused;
    }
  }
  EXPECT_GT(n_refused, whole.size() / 2);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string turned = whole;
    turned[at] = static_cast<char>(~turned[at]);
    Table rows;
    try {
      append_arrow_rows(turned, rows);
    } catch (const Error&) {
      ++n_refused;
    }
  }
  Table rows;
  append_arrow_rows(whole, rows);
  EXPECT_THROW(append_arrow_rows(stream_of("list.arrows"), rows), Error);
}

}  // namespace
}  // namespace aisle
