// Whether the facts fit what the embedded engine has: memory, and the disk that it spills to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "aisle/engine/raw_tables.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace aisle {

struct EngineRoom {
  std::int64_t data = 0;    // bytes that the tables may take in the engine, at the worst
  std::int64_t memory = 0;  // bytes that it may use
  std::int64_t disk = 0;    // bytes free where it spills
};

EngineRoom engine_room(const RawTables& tables, const Options& options, const ProjectPaths& paths);

// A sentence that suggests Spark where the data would outgrow memory and disk together; else "".
std::string advice_on_room(const EngineRoom& room);

}  // namespace aisle
