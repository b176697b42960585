// The insight documents as the report takes them: the figures of its first screen, and every document for the
// page's app. docs/insight.md has their shapes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "aisle/insight/segments.h"
#include "aisle/project/options.h"
#include "aisle/project/project_paths.h"

namespace aisle {

enum class Audience { kFull, kExec };

// A store's place in the picture of the store space; without one it is left out.
struct PlacedStore {
  double x = 0;
  double y = 0;
  std::int64_t cluster = -1;  // final
  bool inferred = false;
};

struct ReportDocuments {
  SegmentsSummary segments;
  std::map<std::int64_t, std::string> names;  // personas by cluster
  std::map<std::int64_t, double> prize;       // money to the median, by cluster; empty without
  double prize_total = 0;
  std::string from;  // first and last day of the sales, "" when not known
  std::string until;
  std::vector<PlacedStore> stores;  // empty without a map
  std::string scripts;              // HTML: a <script type="application/json"> each
};

// Reads data/artifacts/insight. For executives nothing of a single store is kept but the points of the
// picture. Documents that are not there, or are of another fit than metrics.json, are left out. Throws
// DataError when segments.json is missing, or for a document that cannot be read or is of a newer aisle.
ReportDocuments read_documents(const Options& options, const ProjectPaths& paths, Audience audience);

}  // namespace aisle
