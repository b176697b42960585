// The assets `insight` and `store_map`: the documents of docs/insight.md.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/engine/engine.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace aisle {

// File names in data/artifacts/insight, in the order of docs/insight.md.
const std::vector<std::string>& insight_documents();

// Reads what the earlier stages wrote and writes all of insight_documents(): every one is written whole
// before the first takes its place. `warn` takes sentences for people (rules that the data cannot answer).
// Throws InvalidInput for a faulty actions.toml before anything is written; DataError when a part is missing
// or of another fit; Cancelled.
using InsightWarning = std::function<void(const std::string& sentence)>;
void write_insight(Engine& engine, const Options& options, const ProjectPaths& paths,
                   const InsightWarning& warn, const CancelFlag* cancel = nullptr);

// Writes map.json. Throws as above.
void write_store_map(Engine& engine, const Options& options, const ProjectPaths& paths,
                     const CancelFlag* cancel = nullptr);

}  // namespace aisle
