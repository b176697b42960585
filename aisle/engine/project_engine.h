// The engine as a project's options ask for it: threads, memory, and where it spills.
#pragma once

#include <memory>

#include "aisle/base/cancel.h"
#include "aisle/engine/engine.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace aisle {

// The engine of the facts, as engine.kind says: for the checks and the features.
//
// Without engine.temp_directory it spills to .aisle/tmp; a relative one is relative to the project. Throws
// InvalidInput for an engine that this build does not have or a setting that it does not take.
std::unique_ptr<Engine> open_project_engine(const Options& options, const ProjectPaths& paths,
                                            const CancelFlag* cancel = nullptr);

// Where the embedded engine spills.
std::filesystem::path spill_folder(const Options& options, const ProjectPaths& paths);

// The embedded engine whatever engine.kind says: for what comes after the features.
std::unique_ptr<EmbeddedEngine> open_embedded_engine(const Options& options, const ProjectPaths& paths,
                                                     const CancelFlag* cancel = nullptr);

}  // namespace aisle
