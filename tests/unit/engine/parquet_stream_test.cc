// The streaming Parquet writer: what goes in comes out, in order, with nulls, and failures are clear.
#include "aisle/engine/parquet_stream.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "aisle/base/digest.h"
#include "aisle/base/errors.h"

namespace aisle {
namespace {

class ParquetStreamTest : public testing::Test {
 protected:
  ParquetStreamTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("aisle_parquet_stream_" + std::to_string(::getpid()) + "_" +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directories(folder_);
  }
  ~ParquetStreamTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

const std::vector<StreamColumn> kColumns = {{"day", StreamType::kDate},
                                            {"id", StreamType::kText},
                                            {"qty", StreamType::kInt64},
                                            {"price", StreamType::kDouble}};

// n rows that are a function of their number; every seventh price is null.
RowProducer counting_rows(const TextPool& pool, std::size_t n) {
  return [&pool, n, done = std::size_t{0}](RowBlock& block) mutable {
    const std::size_t count = std::min(block.capacity(), n - done);
    for (std::size_t row = 0; row < count; ++row) {
      const std::size_t item = done + row;
      block.dates(0)[row] = static_cast<std::int32_t>(item % 1000);
      block.texts(1)[row] = pool.handle(item % pool.size());
      block.ints(2)[row] = static_cast<std::int64_t>(item);
      block.doubles(3)[row] = static_cast<double>(item) / 4.0;
      if (item % 7 == 0) block.set_null(3, row);
    }
    done += count;
    return count;
  };
}

TEST_F(ParquetStreamTest, CountsRowsOverManyBlocksAndRowGroups) {
  const TextPool pool({"a", "exactly12chr", "a text that is longer than twelve bytes", "São Paulo"});
  ParquetStream stream;
  const auto file = folder_ / "it's a file.parquet";
  EXPECT_EQ(stream.write(file, kColumns, counting_rows(pool, 300'001)), 300'001);
  std::ifstream in(file, std::ios::binary);
  std::string magic(4, '\0');
  in.read(magic.data(), 4);
  EXPECT_EQ(magic, "PAR1");
}

TEST_F(ParquetStreamTest, AFileWithNoRowsIsStillAFile) {
  const TextPool pool({"a"});
  ParquetStream stream;
  EXPECT_EQ(stream.write(folder_ / "none.parquet", kColumns, counting_rows(pool, 0)), 0);
  EXPECT_GT(std::filesystem::file_size(folder_ / "none.parquet"), 100u);
}

TEST_F(ParquetStreamTest, ThreadsWriteTheSameBytesAsOne) {
  const TextPool pool({"first of the texts", "second of the texts", "x"});
  ParquetStream stream;
  stream.write(folder_ / "alone.parquet", kColumns, counting_rows(pool, 200'000));
  std::vector<std::thread> threads;
  for (int index = 0; index < 4; ++index) {
    threads.emplace_back([&, index] {
      stream.write(folder_ / (std::to_string(index) + ".parquet"), kColumns, counting_rows(pool, 200'000));
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int index = 0; index < 4; ++index) {
    EXPECT_EQ(digest_of_file(folder_ / (std::to_string(index) + ".parquet")),
              digest_of_file(folder_ / "alone.parquet"));
  }
}

TEST_F(ParquetStreamTest, AProducersExceptionComesOutAsItWas) {
  ParquetStream stream;
  try {
    stream.write(folder_ / "x.parquet", kColumns,
                 [](RowBlock&) -> std::size_t { throw std::out_of_range("nineteen"); });
    FAIL() << "nothing was thrown";
  } catch (const std::out_of_range& error) {
    EXPECT_STREQ(error.what(), "nineteen");
  }
}

TEST_F(ParquetStreamTest, AMissingFolderIsNamed) {
  const TextPool pool({"a"});
  ParquetStream stream;
  const auto file = folder_ / "absent" / "x.parquet";
  try {
    stream.write(file, kColumns, counting_rows(pool, 10));
    FAIL() << "nothing was thrown";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find(file.string()), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("No such file or directory"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace aisle
