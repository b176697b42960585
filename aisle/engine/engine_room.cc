#include "aisle/engine/engine_room.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <system_error>

#include "aisle/engine/project_engine.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// Sale lines of a Parquet file take four times its bytes as columns that are not packed; lines of text no
// more than theirs.
constexpr std::int64_t kUnpacked = 4;
constexpr double kGiga = 1e9;

// "512MB" as bytes; the option's form was checked when it was read.
std::int64_t bytes_of(const std::string& limit) {
  char* end = nullptr;
  const double number = std::strtod(limit.c_str(), &end);
  while (*end == ' ') ++end;
  double unit = 1;
  const bool is_binary = *end != '\0' && std::tolower(static_cast<unsigned char>(end[1])) == 'i';
  const double step = is_binary ? 1024 : 1000;
  for (const char letter : {'k', 'm', 'g', 't'}) {
    unit *= step;
    if (std::tolower(static_cast<unsigned char>(*end)) == letter)
      return static_cast<std::int64_t>(number * unit);
  }
  return static_cast<std::int64_t>(number);
}

std::int64_t memory_of_machine() {
  return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGE_SIZE);
}

// Free bytes of the disk that holds `folder`, which need not be there yet.
std::int64_t free_bytes(fs::path folder) {
  std::error_code error;
  while (!folder.empty() && !fs::exists(folder, error) && folder != folder.parent_path())
    folder = folder.parent_path();
  const fs::space_info space = fs::space(folder, error);
  return error ? 0 : static_cast<std::int64_t>(space.available);
}

}  // namespace

EngineRoom engine_room(const RawTables& tables, const Options& options, const ProjectPaths& paths) {
  EngineRoom room;
  for (const RawTable& table : tables.tables) {
    std::error_code error;
    for (const fs::path& file : table.files) {
      const auto size = fs::file_size(file, error);
      if (!error) room.data += static_cast<std::int64_t>(size) * (table.is_csv ? 1 : kUnpacked);
    }
  }
  room.memory =
      options.engine.memory_limit.empty() ? memory_of_machine() : bytes_of(options.engine.memory_limit);
  room.disk = free_bytes(spill_folder(options, paths));
  return room;
}

std::string advice_on_room(const EngineRoom& room) {
  if (room.data <= room.memory + room.disk) return "";
  return fmt::format(
      "The tables may take {:.1f} GB in the engine; there are {:.1f} GB of memory and {:.1f} GB of free disk "
      "to spill "
      "to. Give engine.temp_directory a larger disk, or run on a cluster (engine.kind = \"spark\", "
      "docs/engines.md).",
      static_cast<double>(room.data) / kGiga, static_cast<double>(room.memory) / kGiga,
      static_cast<double>(room.disk) / kGiga);
}

}  // namespace aisle
