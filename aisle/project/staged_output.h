// All-or-nothing output: a stage writes beside its target; commit() syncs and renames. A crash, a full disk
// or Ctrl-C leaves the last good output whole; an output that is not committed disappears.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace aisle {

// A file or folder that is written under a temporary name in the target's own folder (made when absent).
// Leftovers of killed processes beside the target are removed first. Throws EnvironmentError naming the
// target when the place cannot be written.
class StagedOutput {
 public:
  enum class Kind { kFile, kFolder };
  StagedOutput(std::filesystem::path target, Kind kind);
  ~StagedOutput();
  StagedOutput(const StagedOutput&) = delete;
  StagedOutput& operator=(const StagedOutput&) = delete;

  // Where to write until commit.
  const std::filesystem::path& path() const { return staged_; }
  // Writes the whole content of a staged file. Throws EnvironmentError naming the target.
  void write(std::string_view bytes);
  // Syncs what was written and puts it in the target's place, replacing what is there.
  void commit();

 private:
  friend void commit_all(const std::vector<StagedOutput*>& outputs);
  void sync() const;
  void put_in_place();

  std::filesystem::path target_;
  std::filesystem::path staged_;
  bool committed_ = false;
};

// Commits several outputs, in order. All are synced before the first takes its place, at the same time, since
// a commit is mostly waiting for the disk; their folders once, at the end. As with one commit after the
// other, a crash leaves each output whole, the old or the new.
void commit_all(const std::vector<StagedOutput*>& outputs);

// The path with what is written under a staged name by its own: errors name this, as no one knows the other.
std::filesystem::path staged_target(const std::filesystem::path& path);

// Removes what killed processes left half written in a folder and below it; puts a last good output back that
// was on its way out. A folder that is not there is fine.
void clear_leftovers_below(const std::filesystem::path& folder);

// Writes `bytes` to `file`, all or nothing.
void write_file(const std::filesystem::path& file, std::string_view bytes);
// Writes `bytes` to `file` in a folder that is itself staged: its commit syncs the file.
void write_in_staged_folder(const std::filesystem::path& file, std::string_view bytes);
// Throws EnvironmentError when it cannot be read.
std::string read_file(const std::filesystem::path& file);

}  // namespace aisle
