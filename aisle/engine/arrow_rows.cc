#include "aisle/engine/arrow_rows.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <string>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw EnvironmentError({.where = "Spark's answer",
                          .what = "is no Arrow stream that can be read: " + what,
                          .expected = "",
                          .remedy = ""});
}

// A little-endian value at an offset that is looked at first.
template <typename Value>
Value value_at(std::string_view bytes, std::size_t at) {
  if (at > bytes.size() || bytes.size() - at < sizeof(Value)) refuse("it is cut short");
  Value value;
  std::memcpy(&value, bytes.data() + at, sizeof(Value));
  return value;
}

// A table of a flatbuffer: its fields are found by number.
class FlatTable {
 public:
  FlatTable(std::string_view bytes, std::size_t at) : bytes_(bytes), at_(at) {
    const auto back = value_at<std::int32_t>(bytes, at);
    vtable_ = static_cast<std::size_t>(static_cast<std::int64_t>(at) - back);
    vtable_size_ = value_at<std::uint16_t>(bytes, vtable_);
  }
  static FlatTable root(std::string_view bytes) { return {bytes, value_at<std::uint32_t>(bytes, 0)}; }

  bool has(std::size_t field) const { return place(field) != 0; }
  template <typename Value>
  Value number(std::size_t field, Value otherwise) const {
    const std::size_t at = place(field);
    return at == 0 ? otherwise : value_at<Value>(bytes_, at);
  }
  FlatTable table(std::size_t field) const { return {bytes_, target(field)}; }
  std::string text(std::size_t field) const {
    const std::size_t at = target(field);
    const auto size = value_at<std::uint32_t>(bytes_, at);
    if (bytes_.size() - at - 4 < size) refuse("a name is cut short");
    return std::string(bytes_.substr(at + 4, size));
  }
  // A vector's number of entries, and where its first one stands.
  std::size_t vector_size(std::size_t field) const {
    return has(field) ? value_at<std::uint32_t>(bytes_, target(field)) : 0;
  }
  std::size_t vector_begin(std::size_t field) const { return target(field) + 4; }
  FlatTable vector_table(std::size_t field, std::size_t entry) const {
    const std::size_t at = vector_begin(field) + 4 * entry;
    return {bytes_, at + value_at<std::uint32_t>(bytes_, at)};
  }
  std::int64_t vector_long(std::size_t field, std::size_t entry) const {
    return value_at<std::int64_t>(bytes_, vector_begin(field) + 8 * entry);
  }

 private:
  std::size_t place(std::size_t field) const {
    const std::size_t slot = 4 + 2 * field;
    if (slot + 2 > vtable_size_) return 0;
    const auto offset = value_at<std::uint16_t>(bytes_, vtable_ + slot);
    return offset == 0 ? 0 : at_ + offset;
  }
  std::size_t target(std::size_t field) const {
    const std::size_t at = place(field);
    if (at == 0) refuse("a field is missing");
    return at + value_at<std::uint32_t>(bytes_, at);
  }

  std::string_view bytes_;
  std::size_t at_;
  std::size_t vtable_ = 0;
  std::size_t vtable_size_ = 0;
};

// Numbers of Message.fbs and Schema.fbs.
enum Header : std::uint8_t { kSchema = 1, kRecordBatch = 3 };
enum ArrowType : std::uint8_t {
  kNull = 1,
  kInt = 2,
  kFloat = 3,
  kUtf8 = 5,
  kBool = 6,
  kDecimal = 7,
  kDate = 8,
  kTimestamp = 10,
  kLargeUtf8 = 20
};

struct ArrowField {
  std::string name;
  std::uint8_t type = 0;
  int width = 0;  // bits of a whole number, precision of a float, unit of a date or time
  int scale = 0;
};

ArrowField field_of(const FlatTable& table) {
  ArrowField field{.name = table.text(0), .type = table.number<std::uint8_t>(2, 0)};
  const FlatTable type = table.table(3);
  switch (field.type) {
    case kInt:
      field.width = type.number<std::int32_t>(0, 0);
      if (type.number<std::uint8_t>(1, 0) == 0) break;
      return field;
    case kFloat:
      field.width = type.number<std::int16_t>(0, 0);
      if (field.width == 0) break;
      return field;
    case kDecimal:
      field.width = type.number<std::int32_t>(2, 128);
      field.scale = type.number<std::int32_t>(1, 0);
      if (field.width != 128) break;
      return field;
    case kDate:
      field.width = type.number<std::int16_t>(0, 1);
      if (field.width != 0) break;
      return field;
    case kTimestamp:
      field.width = type.number<std::int16_t>(0, 0);
      return field;
    case kNull:
    case kUtf8:
    case kBool:
    case kLargeUtf8:
      return field;
    default:
      break;
  }
  throw DataError({.where = field.name,
                   .what = "the column is of a type that is not brought back from Spark",
                   .expected = "text, numbers, true or false, dates",
                   .remedy = "cast it in the query"});
}

// The buffers of one record batch, taken in the order of its fields.
class Batch {
 public:
  Batch(const FlatTable& head, std::string_view body) : head_(head), body_(body) {
    if (head.has(3)) refuse("it is compressed");
    n_rows_ = static_cast<std::size_t>(head.number<std::int64_t>(0, 0));
    // Each row of a column of the body has at least a bit.
    if (n_rows_ / 8 > body.size() && head.vector_size(2) > 0) refuse("it has more rows than bytes");
  }
  std::size_t n_rows() const { return n_rows_; }
  std::int64_t next_null_count() { return head_.vector_long(1, 2 * next_node_++ + 1); }
  std::string_view next_buffer() {
    if (next_buffer_ >= head_.vector_size(2)) refuse("a buffer is missing");
    const auto offset = static_cast<std::size_t>(head_.vector_long(2, 2 * next_buffer_));
    const auto size = static_cast<std::size_t>(head_.vector_long(2, 2 * next_buffer_ + 1));
    ++next_buffer_;
    if (offset > body_.size() || body_.size() - offset < size) refuse("a buffer is cut short");
    return body_.substr(offset, size);
  }

 private:
  FlatTable head_;
  std::string_view body_;
  std::size_t n_rows_ = 0;
  std::size_t next_node_ = 0;
  std::size_t next_buffer_ = 0;
};

bool bit_at(std::string_view bits, std::size_t at) {
  return ((value_at<std::uint8_t>(bits, at / 8) >> (at % 8)) & 1U) != 0;
}

std::int64_t whole_at(std::string_view data, std::size_t row, int bits) {
  switch (bits) {
    case 8:
      return value_at<std::int8_t>(data, row);
    case 16:
      return value_at<std::int16_t>(data, 2 * row);
    case 32:
      return value_at<std::int32_t>(data, 4 * row);
    default:
      return value_at<std::int64_t>(data, 8 * row);
  }
}

// Days since 1970-01-01 of a time in the unit of Schema.fbs.
std::int64_t day_of(std::int64_t time, int unit) {
  constexpr std::int64_t kUnits[] = {1, 1000, 1000000, 1000000000};
  const std::int64_t per_day = 86400 * kUnits[unit & 3];
  return time / per_day - (time % per_day < 0 ? 1 : 0);
}

template <typename Offset>
void append_texts(std::string_view offsets, std::string_view data, std::size_t n_rows, Column& column) {
  for (std::size_t row = 0; row < n_rows; ++row) {
    const auto begin = static_cast<std::size_t>(value_at<Offset>(offsets, row * sizeof(Offset)));
    const auto end = static_cast<std::size_t>(value_at<Offset>(offsets, (row + 1) * sizeof(Offset)));
    if (begin > end || end > data.size()) refuse("a text is cut short");
    column.texts.emplace_back(data.substr(begin, end - begin));
  }
}

__extension__ using Wide = __int128;

// Decimals stay whole numbers as long as all of them are and fit; the first that does not turns the column.
void append_decimals(std::string_view data, std::size_t n_rows, int scale,
                     const std::vector<std::uint8_t>& is_null, Column& column) {
  const double divisor = std::pow(10.0, scale);
  for (std::size_t row = 0; row < n_rows; ++row) {
    const auto low = value_at<std::uint64_t>(data, 16 * row);
    const auto high = value_at<std::int64_t>(data, 16 * row + 8);
    Wide wide = (static_cast<Wide>(high) << 64) | low;
    if (is_null[row] != 0) wide = 0;
    const auto narrow = static_cast<std::int64_t>(wide);
    const bool fits = scale == 0 && narrow == wide;
    if (!fits && column.type == ColumnType::kInt64) {
      column.type = ColumnType::kDouble;
      for (const std::int64_t earlier : column.ints) column.doubles.push_back(static_cast<double>(earlier));
      column.ints.clear();
    }
    if (column.type == ColumnType::kInt64) {
      column.ints.push_back(narrow);
    } else {
      column.doubles.push_back(static_cast<double>(wide) / divisor);
    }
  }
}

void append_values(const ArrowField& field, Batch& batch, const std::vector<std::uint8_t>& is_null,
                   Column& column) {
  const std::size_t n_rows = batch.n_rows();
  const std::string_view data = batch.next_buffer();
  if (field.type == kUtf8 || field.type == kLargeUtf8) {
    const std::string_view texts = batch.next_buffer();
    if (n_rows == 0) return;
    return field.type == kUtf8 ? append_texts<std::int32_t>(data, texts, n_rows, column)
                               : append_texts<std::int64_t>(data, texts, n_rows, column);
  }
  if (field.type == kDecimal) return append_decimals(data, n_rows, field.scale, is_null, column);
  for (std::size_t row = 0; row < n_rows; ++row) {
    if (field.type == kInt) {
      column.ints.push_back(whole_at(data, row, field.width));
    } else if (field.type == kBool) {
      column.ints.push_back(bit_at(data, row) ? 1 : 0);
    } else if (field.type == kDate) {
      column.ints.push_back(value_at<std::int32_t>(data, 4 * row));
    } else if (field.type == kTimestamp) {
      column.ints.push_back(day_of(value_at<std::int64_t>(data, 8 * row), field.width));
    } else if (field.width == 1) {
      column.doubles.push_back(value_at<float>(data, 4 * row));
    } else {
      column.doubles.push_back(value_at<double>(data, 8 * row));
    }
  }
}

void append_column(const ArrowField& field, Batch& batch, std::size_t n_before, Column& column) {
  const std::int64_t n_null = batch.next_null_count();
  const std::size_t n_rows = batch.n_rows();
  std::vector<std::uint8_t> is_null(n_rows, 0);
  if (field.type == kNull) {
    is_null.assign(n_rows, 1);
    column.texts.resize(n_before + n_rows);
  } else {
    const std::string_view valid = batch.next_buffer();
    for (std::size_t row = 0; n_null > 0 && row < n_rows; ++row) is_null[row] = bit_at(valid, row) ? 0 : 1;
    append_values(field, batch, is_null, column);
  }
  const bool any = n_null > 0 || field.type == kNull;
  if (!any && column.is_null.empty()) return;
  column.is_null.resize(n_before, 0);
  column.is_null.insert(column.is_null.end(), is_null.begin(), is_null.end());
}

ColumnType type_of(const ArrowField& field) {
  switch (field.type) {
    case kInt:
      return ColumnType::kInt64;
    case kFloat:
      return ColumnType::kDouble;
    case kBool:
      return ColumnType::kBool;
    case kDecimal:
      return field.scale == 0 ? ColumnType::kInt64 : ColumnType::kDouble;
    case kDate:
    case kTimestamp:
      return ColumnType::kDate;
    default:
      return ColumnType::kText;
  }
}

std::vector<ArrowField> fields_of(const FlatTable& schema, Table& rows) {
  std::vector<ArrowField> fields;
  for (std::size_t at = 0; at < schema.vector_size(1); ++at) {
    fields.push_back(field_of(schema.vector_table(1, at)));
  }
  if (rows.n_cols() == 0) {
    for (const ArrowField& field : fields) {
      Column column;
      column.name = field.name;
      column.type = type_of(field);
      rows.add(std::move(column));
    }
  }
  if (rows.n_cols() != fields.size()) refuse("its columns differ from those before");
  for (std::size_t at = 0; at < fields.size(); ++at) {
    if (rows.columns()[at].name != fields[at].name) refuse("its columns differ from those before");
  }
  return fields;
}

}  // namespace

void append_arrow_rows(std::string_view stream, Table& rows) {
  std::vector<ArrowField> fields;
  std::size_t at = 0;
  while (at < stream.size()) {
    if (value_at<std::uint32_t>(stream, at) != 0xFFFFFFFFU) refuse("a message has no head");
    const std::size_t size = value_at<std::uint32_t>(stream, at + 4);
    if (size == 0) return;
    at += 8;
    if (stream.size() - at < size) refuse("a message is cut short");
    const FlatTable message = FlatTable::root(stream.substr(at, size));
    at += size;
    const auto body_size = static_cast<std::size_t>(message.number<std::int64_t>(3, 0));
    if (stream.size() - at < body_size) refuse("a body is cut short");
    const auto header = message.number<std::uint8_t>(1, 0);
    if (header == kSchema) {
      fields = fields_of(message.table(2), rows);
    } else if (header == kRecordBatch) {
      Batch batch(message.table(2), stream.substr(at, body_size));
      const std::size_t n_before = rows.n_rows();
      for (std::size_t col = 0; col < fields.size(); ++col) {
        append_column(fields[col], batch, n_before, rows.columns()[col]);
      }
    } else {
      refuse("it holds a message of an unknown kind");
    }
    at += body_size;
  }
}

}  // namespace aisle
