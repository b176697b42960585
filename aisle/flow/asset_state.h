// What was last made, from what: the record by which staleness is told. Never from clocks.
//
// An asset's inputs are the digests of what it depends on, the options it reads, the digests of the user's
// extra files and the version of the code that makes it. It is fresh when all of them, and the digests of
// its outputs, are as recorded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "aisle/base/events.h"
#include "aisle/flow/asset_graph.h"

namespace aisle {

struct AssetInputs {
  int code_version = 0;
  std::map<std::string, std::string> options;  // key -> value, canonical text
  std::map<std::string, std::string> digests;  // asset key or file -> digest of its content
  bool operator==(const AssetInputs&) const = default;
};

struct AssetRecord {
  AssetInputs inputs;
  std::map<std::string, std::string> outputs;  // path relative to the project -> digest
  std::string failure;                         // message of the last try when it failed, else ""
  AssetInputs failed_inputs;                   // what that try was made from
  std::int64_t n_rows = -1;
  std::int64_t n_bytes = 0;
  std::string run_id;
  std::string made_at;  // ISO 8601, UTC; for people only
  std::vector<Figure> figures;

  bool was_made() const { return !outputs.empty(); }
};

// .aisle/fingerprints.json, and a cache of file digests keyed by size, modification time and inode.
class AssetState {
 public:
  explicit AssetState(const ProjectPaths& paths);

  const AssetRecord* find(const std::string& key) const;
  void set(const std::string& key, AssetRecord record);
  // Writes what changed; all or nothing.
  void save();

  // Digest of a file or of a folder's files (relative names and contents); "" when it is not there.
  std::string digest(const std::filesystem::path& path);
  // Digest of several files together, whatever their order.
  std::string digest(const std::vector<std::filesystem::path>& files);

 private:
  struct CachedDigest {
    std::int64_t size = 0;
    std::int64_t modified = 0;
    std::uint64_t inode = 0;
    std::string digest;
  };
  std::string file_digest(const std::filesystem::path& file);
  void load();

  ProjectPaths paths_;
  std::map<std::string, AssetRecord> records_;
  std::map<std::string, CachedDigest> cache_;
  bool cache_changed_ = false;
  bool records_changed_ = false;
};

enum class Freshness { kFresh, kStale, kMissing, kFailed };
const char* freshness_name(Freshness freshness);  // "fresh", "stale", "missing", "failed"

struct AssetStatus {
  std::string key;
  Freshness freshness = Freshness::kMissing;
  std::string why;       // "" when fresh; else e.g. "hdbscan.min_samples was 1, is 3"
  std::string digest{};  // of a raw table's files; "" for what is made, and where there are none
};

// Compares the record with `inputs` and the outputs on disk. A failure counts while its inputs are today's;
// else the last good record speaks.
AssetStatus asset_status(const AssetDefinition& asset, const AssetInputs& inputs, AssetState& state,
                         const ProjectPaths& paths);

}  // namespace aisle
