// Features of stores that come after a training, made of raw files as the training made its own.
#pragma once

#include <filesystem>

#include "aisle/base/events.h"
#include "aisle/base/table.h"
#include "aisle/engine/engine.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"
#include "aisle/segment/model.h"

namespace aisle {

// Reads the contract's tables from `folder` through the project's own mapping: a table whose files lie in
// data/raw has them at the same place below `folder`; one whose files lie elsewhere has them below `folder`
// as they lie below the folder that all such files have in common. The rows are checked as the project's are,
// and those that fail are left out and said; nothing of the project is written. Windows, the line for sizes
// and the categories of the mix are the training's.
//
// Throws DataError when `folder` is none, a critical check fails, or as open_raw_tables and build_features
// do.
Table new_store_features(Engine& engine, const Options& options, const ProjectPaths& paths,
                         const std::filesystem::path& folder, const Model& model, const EventSink& sink);

// The options with every table's path below `folder`.
Options options_below(const Options& options, const ProjectPaths& paths, const std::filesystem::path& folder);

}  // namespace aisle
