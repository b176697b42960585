// A thin, owning wrapper of one SQLite connection and its statements, with errors translated. Stays inside
// this room.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace aisle {

class Sqlite {
 public:
  enum class Access { kWrite, kRead };
  Sqlite(const std::filesystem::path& file, Access access);
  ~Sqlite();
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  // Runs statements without parameters or rows.
  void execute(const char* sql);
  std::int64_t whole_number(const char* sql);
  // Throws EnvironmentError with SQLite's words for `code`.
  [[noreturn]] void fail(int code) const;

  sqlite3* handle() const { return handle_; }
  const std::string& where() const { return where_; }

 private:
  void open(const std::filesystem::path& file, Access access);

  std::string where_;
  sqlite3* handle_ = nullptr;
};

// One prepared statement; parameters are bound in order of the calls.
class Statement {
 public:
  Statement(Sqlite& database, const char* sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(const std::string& text);
  Statement& bind(std::int64_t number);
  Statement& bind(double number);
  // Goes to the next row; false at the end.
  bool step();
  void run();
  void reset();

  std::string text(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  bool is_null(int column) const;

 private:
  Sqlite& database_;
  sqlite3_stmt* statement_ = nullptr;
  int n_bound_ = 0;
};

// All or nothing: rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Sqlite& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Sqlite& database_;
  bool open_ = true;
};

}  // namespace aisle
