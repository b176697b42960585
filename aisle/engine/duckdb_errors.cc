// DuckDB's errors as the program's own. The C API gives a kind only for results, not for statements that
// fail to prepare; its messages carry the kind at their head in both cases, so the head is read.
#include <duckdb.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "aisle/base/errors.h"
#include "aisle/engine/duckdb_internal.h"
#include "aisle/project/file_error.h"

namespace aisle::duckdb_internal {
namespace {

bool has_head(std::string_view message, std::string_view head) {
  return message.substr(0, head.size()) == head;
}

// DuckDB appends "\n\nLINE 1: ..." with the text of the statement, which nobody who reads data needs, and
// lists of its own settings, which are reached through ours.
std::string on_one_line(std::string_view message) {
  message = message.substr(0, message.find("\n\nLINE "));
  message = message.substr(0, message.find("\nPossible solutions:"));
  std::string line;
  for (std::size_t at = 0; at < message.size(); ++at) {
    if (message[at] != '\n') {
      line += message[at];
      continue;
    }
    while (at + 1 < message.size() && (message[at + 1] == '\n' || message[at + 1] == ' ')) ++at;
    if (at + 1 < message.size()) line += "; ";
  }
  return line;
}

ErrorParts parts(std::string what, std::string remedy = "") {
  return {.where = "", .what = std::move(what), .expected = "", .remedy = std::move(remedy)};
}

// `IO Error: Could not write file "FILE": No space left on device`: as the program itself says it.
void throw_if_full(const std::string& line) {
  if (line.find(": No space left on device") == std::string::npos &&
      line.find(": Disk quota exceeded") == std::string::npos) {
    return;
  }
  const std::size_t begin = line.find('"');
  const std::size_t end = line.find('"', begin + 1);
  const std::string file = end == std::string::npos ? "" : line.substr(begin + 1, end - begin - 1);
  throw file_error(file, ENOSPC, FileUse::kWrite);
}

}  // namespace

void throw_duckdb_error(const char* message) {
  const std::string line = on_one_line(message == nullptr ? "DuckDB gave no message" : message);
  if (has_head(line, "INTERRUPT Error")) throw Cancelled();
  if (has_head(line, "INTERNAL Error") || has_head(line, "FATAL Error")) throw InternalError(parts(line));
  if (has_head(line, "Out of Memory Error")) {
    throw EnvironmentError(
        parts(line, "raise engine.memory_limit, or give engine.temp_directory a disk with more room"));
  }
  if (has_head(line, "Missing Extension Error") || has_head(line, "Autoload Error") ||
      line.find("exists in the httpfs extension") != std::string::npos ||
      line.find("exists in the excel extension") != std::string::npos) {
    throw EnvironmentError(
        parts(line, "extensions of DuckDB are not fetched here: use local Parquet or CSV files"));
  }
  if (has_head(line, "IO Error")) throw_if_full(line);
  constexpr std::array<std::string_view, 6> kEnvironment = {"IO Error",      "Permission Error",
                                                            "HTTP Error",    "Connection Error",
                                                            "Network Error", "Invalid Configuration Error"};
  for (const std::string_view head : kEnvironment) {
    if (has_head(line, head)) throw EnvironmentError(parts(line));
  }
  throw DataError(parts(line));
}

}  // namespace aisle::duckdb_internal
