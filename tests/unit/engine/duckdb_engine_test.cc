// The embedded engine: values in and out, errors by kind, cancel, the same bytes for any number of threads.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "aisle/base/errors.h"
#include "aisle/engine/engine.h"

namespace aisle {
namespace {

class EngineTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("aisle engine é " + std::to_string(getpid()) +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string bytes_of(const std::filesystem::path& file) const {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::filesystem::path folder_;
};

TEST_F(EngineTest, BringsEveryTypeAsTheHeaderSays) {
  const auto engine = open_duckdb({});
  const Table table = engine->query(
      "SELECT 7::TINYINT AS tiny, 5::UBIGINT AS big, sum(3)::HUGEINT AS huge, 12::DECIMAL(38, 0) AS whole, "
      "1.25::DECIMAL(9, 2) AS part, 0.5::FLOAT AS half, true AS yes, DATE '1969-12-31' AS day, "
      "TIMESTAMP '1969-12-31 23:00:00' AS moment, 'ação' AS word, [1, 2] AS list, NULL AS nothing");
  const auto type_of = [&](const char* name) { return table.column(name).type; };
  EXPECT_EQ(type_of("tiny"), ColumnType::kInt64);
  EXPECT_EQ(type_of("big"), ColumnType::kInt64);
  EXPECT_EQ(type_of("huge"), ColumnType::kInt64);
  EXPECT_EQ(table.column("whole").ints.at(0), 12);
  EXPECT_EQ(type_of("part"), ColumnType::kDouble);
  EXPECT_EQ(table.column("part").doubles.at(0), 1.25);
  EXPECT_EQ(table.column("half").doubles.at(0), 0.5);
  EXPECT_EQ(type_of("yes"), ColumnType::kBool);
  EXPECT_EQ(table.column("day").ints.at(0), -1);
  EXPECT_EQ(table.column("moment").ints.at(0), -1);
  EXPECT_EQ(table.column("word").texts.at(0), "ação");
  EXPECT_EQ(table.column("list").texts.at(0), "[1, 2]");
  EXPECT_TRUE(table.column("nothing").null_at(0));
}

TEST_F(EngineTest, AColumnOfHugeIntegersTurnsToDoubleAsAWhole) {
  const auto engine = open_duckdb({});
  const Table table = engine->query(
      "SELECT * FROM (VALUES (1::HUGEINT, -9223372036854775808::HUGEINT), "
      "(170141183460469231731687303715884105727::HUGEINT, -1::HUGEINT)) AS t(a, b) ORDER BY a");
  ASSERT_EQ(table.column("a").type, ColumnType::kDouble);
  EXPECT_EQ(table.column("a").doubles.at(0), 1.0);
  EXPECT_DOUBLE_EQ(table.column("a").doubles.at(1), 1.7014118346046923e38);
  ASSERT_EQ(table.column("b").type, ColumnType::kInt64);
  EXPECT_EQ(table.column("b").ints.at(0), std::numeric_limits<std::int64_t>::min());
}

TEST_F(EngineTest, TablesGoInAndComeBackWithTheirNulls) {
  const auto engine = open_duckdb({});
  const std::size_t n_rows = 5000;  // more than two blocks of the engine
  Table table;
  std::vector<std::string> ids;
  std::vector<double> sizes;
  for (std::size_t row = 0; row < n_rows; ++row) {
    ids.push_back("00" + std::to_string(row) + std::string(row % 20, 'x'));
    sizes.push_back(static_cast<double>(row) / 7);
  }
  table.add(text_column("store \"id\"", ids));
  Column size = double_column("size", sizes);
  size.is_null.assign(n_rows, 0);
  size.is_null[4999] = 1;
  table.add(size);
  table.add(int_column("n", std::vector<std::int64_t>(n_rows, -3)));
  table.add(bool_column("flag", std::vector<std::uint8_t>(n_rows, 1)));
  Column day = int_column("day", std::vector<std::int64_t>(n_rows, 20000));
  day.type = ColumnType::kDate;
  table.add(day);
  engine->put_table("stores", table);
  engine->put_table("stores", table);
  const Table back = engine->query("SELECT * FROM stores");
  ASSERT_EQ(back.n_rows(), n_rows);
  EXPECT_EQ(back.column("store \"id\"").texts, ids);
  EXPECT_TRUE(back.column("size").null_at(4999));
  EXPECT_FALSE(back.column("size").null_at(0));
  EXPECT_EQ(back.column("size").doubles.at(4998), sizes.at(4998));
  EXPECT_EQ(back.column("n").ints.at(3000), -3);
  EXPECT_EQ(back.column("flag").type, ColumnType::kBool);
  EXPECT_EQ(back.column("day").type, ColumnType::kDate);
  EXPECT_EQ(write_table(*engine, table, folder_ / "t.parquet"), 5000);
  EXPECT_EQ(read_parquet(*engine, folder_ / "t.parquet").column("store \"id\"").texts, ids);
}

TEST_F(EngineTest, TheSameRowsGiveTheSameParquetWhateverTheThreads) {
  std::string first;
  for (const int n_threads : {1, 2, 7}) {
    const auto engine = open_duckdb({.n_threads = n_threads});
    const std::filesystem::path file = folder_ / (std::to_string(n_threads) + ".parquet");
    EXPECT_EQ(engine->write_parquet("SELECT i, 'store ' || (i % 913) AS s, i / 7.0 AS x FROM "
                                    "(SELECT unnest(range(400000)) AS i) ORDER BY s, i",
                                    file),
              400000);
    if (first.empty()) first = bytes_of(file);
    EXPECT_EQ(bytes_of(file), first) << n_threads << " threads";
  }
  EXPECT_FALSE(first.empty());
}

TEST_F(EngineTest, ErrorsKeepTheEnginesWordsOnOneLine) {
  const auto engine = open_duckdb({});
  try {
    engine->execute("SELECT qty FROM (SELECT 1 AS quantity)");
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(),
                 "Binder Error: Referenced column \"qty\" not found in FROM clause!; Candidate bindings: "
                 "\"quantity\"");
  }
  EXPECT_THROW(engine->query("SELEC 1"), DataError);
  EXPECT_THROW(engine->query("SELECT CAST('x' AS DOUBLE)"), DataError);
  EXPECT_THROW(engine->write_parquet("SELECT 1", folder_ / "none" / "x.parquet"), EnvironmentError);
  EXPECT_EQ(engine->query("SELECT 1 AS one").n_rows(), 1u) << "an error must not end the connection";
}

TEST_F(EngineTest, AMissingExtensionIsRefusedWithoutTheNetwork) {
  const auto engine = open_duckdb({});
  try {
    engine->query("SELECT * FROM read_parquet('s3://bucket/x.parquet')");
    FAIL() << "no error";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("use local Parquet or CSV files"), std::string::npos)
        << error.what();
  }
}

TEST_F(EngineTest, TooLittleMemoryIsAFaultOfTheEnvironment) {
  const auto engine = open_duckdb({.n_threads = 1, .memory_limit = "20MB", .temp_directory = folder_});
  EXPECT_THROW(engine->query("SELECT list(i) AS l FROM (SELECT range AS i FROM range(4000000))"),
               EnvironmentError);
  try {
    open_duckdb({.memory_limit = "lots"});
    FAIL() << "no error";
  } catch (const InvalidInput& error) {
    EXPECT_STREQ(error.what(), "engine.memory_limit: DuckDB does not take 'lots'");
  }
}

// A query that would take minutes: what ends it is what the test is about.
constexpr const char* kLongQuery = "SELECT sum(sqrt(range)) > 0 FROM range(100000000000)";

TEST_F(EngineTest, ACancelledQueryStops) {
  CancelFlag cancel;
  const auto engine = open_duckdb({.n_threads = 2, .cancel = &cancel});
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    cancel.request();
  });
  EXPECT_THROW(engine->query(kLongQuery), Cancelled);
  later.join();
  EXPECT_THROW(engine->query("SELECT 1"), Cancelled) << "a cancelled engine does no more work";
}

TEST_F(EngineTest, ProgressIsAShareAndWhatItThrowsEndsTheQuery) {
  const auto engine = open_duckdb({.n_threads = 2});
  int n_calls = 0;
  engine->set_progress([&](double share) {
    EXPECT_GE(share, 0.0);
    EXPECT_LE(share, 1.0);
    if (++n_calls == 2) throw DataError({.where = "", .what = "enough", .expected = "", .remedy = ""});
  });
  EXPECT_THROW(engine->query(kLongQuery), DataError);
  EXPECT_EQ(n_calls, 2);
  engine->set_progress({});
  EXPECT_EQ(engine->query("SELECT 1 AS one").n_rows(), 1u);
}

TEST_F(EngineTest, LiteralsAndNamesAreQuoted) {
  EXPECT_EQ(sql_literal("d'água"), "'d''água'");
  EXPECT_EQ(sql_name("a \"b\""), "\"a \"\"b\"\"\"");
}

}  // namespace
}  // namespace aisle
