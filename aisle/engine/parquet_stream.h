// Rows straight into a Parquet file, a block at a time, without ever holding the table: what `generate`
// writes its facts with. An adapter of the embedded engine's Parquet writer; DuckDB stays in the .cc file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

enum class StreamType { kText, kInt64, kDouble, kDate };

struct StreamColumn {
  std::string name;
  StreamType type = StreamType::kText;
};

// One text as the engine holds it; made by a TextPool and good for as long as that pool lives.
struct TextHandle {
  alignas(8) unsigned char bytes[16] = {};
};

// Texts that rows point at instead of copying: each text is laid out once, whatever the number of rows.
class TextPool {
 public:
  TextPool() = default;
  explicit TextPool(const std::vector<std::string>& texts);
  TextPool(TextPool&&) = default;
  TextPool& operator=(TextPool&&) = default;

  std::size_t size() const { return handles_.size(); }
  TextHandle handle(std::size_t index) const { return handles_[index]; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::vector<TextHandle> handles_;
};

// A block of rows to be filled, column by column. A producer sets every column of the rows it returns.
class RowBlock {
 public:
  RowBlock(void* chunk, std::size_t n_cols);

  std::size_t capacity() const { return capacity_; }
  std::span<TextHandle> texts(std::size_t col) { return {static_cast<TextHandle*>(data_[col]), capacity_}; }
  std::span<std::int64_t> ints(std::size_t col) {
    return {static_cast<std::int64_t*>(data_[col]), capacity_};
  }
  std::span<double> doubles(std::size_t col) { return {static_cast<double*>(data_[col]), capacity_}; }
  // Days since 1970-01-01.
  std::span<std::int32_t> dates(std::size_t col) {
    return {static_cast<std::int32_t*>(data_[col]), capacity_};
  }
  // For texts that are not worth a pool: the block keeps its own copy.
  void copy_text(std::size_t col, std::size_t row, std::string_view text);
  // The value of a null is still to be set, to anything valid.
  void set_null(std::size_t col, std::size_t row);

 private:
  void* chunk_;
  std::size_t capacity_;
  std::vector<void*> data_;
};

// Fills a block from its first row on and returns how many rows it has; 0 ends the file. What it throws
// comes out of write().
using RowProducer = std::function<std::size_t(RowBlock&)>;

// Writes Parquet files from producers. Thread safe: several threads may each write a file of their own, and
// a file is always written by the thread that asked, so its bytes depend on its rows alone.
class ParquetStream {
 public:
  // Throws EnvironmentError when the engine cannot start.
  ParquetStream();
  ~ParquetStream();
  ParquetStream(const ParquetStream&) = delete;
  ParquetStream& operator=(const ParquetStream&) = delete;

  // Writes the producer's rows, in its order, to `file` (replaced when there) and returns their number.
  // Memory is that of one row group (122,880 rows). Throws EnvironmentError with the file and the engine's
  // own words (disk full, not writable).
  std::int64_t write(const std::filesystem::path& file, const std::vector<StreamColumn>& columns,
                     const RowProducer& producer);

 private:
  struct Database;
  std::unique_ptr<Database> database_;
};

}  // namespace aisle
