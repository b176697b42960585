#include "aisle/track/sqlite_database.h"

#include <fmt/format.h>

#include "aisle/base/errors.h"
#include "aisle/track/run_store.h"

namespace aisle {
namespace {

// A `?` or `#` in a path would end it in a URI.
std::string uri_of(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char letter : std::filesystem::absolute(file).string()) {
    if (letter == '?' || letter == '#' || letter == '%') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(letter));
    } else {
      uri += letter;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

Sqlite::Sqlite(const std::filesystem::path& file, Access access) : where_(file.string()) {
  try {
    open(file, access);
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

void Sqlite::open(const std::filesystem::path& file, Access access) {
  const int flags =
      access == Access::kWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  int code = sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr);
  if (code != SQLITE_OK) fail(code);
  sqlite3_busy_timeout(handle_, kBusySeconds * 1000);
  if (access == Access::kWrite) return;
  // A reader of a WAL database needs a place for its shared memory; in a folder that cannot be written the
  // file is read as it stands.
  code = sqlite3_exec(handle_, "SELECT count(*) FROM sqlite_master", nullptr, nullptr, nullptr);
  if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY) return;
  sqlite3_close(handle_);
  handle_ = nullptr;
  code = sqlite3_open_v2(uri_of(file).c_str(), &handle_, flags | SQLITE_OPEN_URI, nullptr);
  if (code != SQLITE_OK) fail(code);
}

Sqlite::~Sqlite() {
  sqlite3_close(handle_);
}

void Sqlite::fail(int code) const {
  const std::string words = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      throw EnvironmentError({.where = where_,
                              .what = fmt::format("is damaged or no run store ({})", words),
                              .expected = "",
                              .remedy =
                                  "move it away and run again: a new one is made, and only the history of "
                                  "runs is lost"});
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw EnvironmentError(
          {.where = where_,
           .what = fmt::format("is held by another process for over {} seconds", kBusySeconds),
           .expected = "",
           .remedy = "wait for it and run again"});
    case SQLITE_FULL:
      throw EnvironmentError({.where = where_,
                              .what = "cannot be written: the disk is full",
                              .expected = "",
                              .remedy = "free some space"});
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      throw EnvironmentError({.where = where_,
                              .what = fmt::format("cannot be opened or written ({})", words),
                              .expected = "a folder and file that you may write",
                              .remedy = ""});
    default:
      throw EnvironmentError({.where = where_, .what = words, .expected = "", .remedy = ""});
  }
}

void Sqlite::execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Sqlite::whole_number(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

Statement::Statement(Sqlite& database, const char* sql) : database_(database) {
  const int code = sqlite3_prepare_v2(database.handle(), sql, -1, &statement_, nullptr);
  if (code != SQLITE_OK) database_.fail(code);
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement& Statement::bind(const std::string& text) {
  const int code =
      sqlite3_bind_text64(statement_, ++n_bound_, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  const int code = sqlite3_bind_int64(statement_, ++n_bound_, number);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

Statement& Statement::bind(double number) {
  const int code = sqlite3_bind_double(statement_, ++n_bound_, number);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() {
  sqlite3_reset(statement_);
  n_bound_ = 0;
}

std::string Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

// A writer takes its lock at the start, where waiting for it is possible.
Transaction::Transaction(Sqlite& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace aisle
