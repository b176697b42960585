#include "aisle/track/kept_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/base/nearest_name.h"
#include "aisle/project/staged_output.h"
#include "aisle/track/run_store.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

bool was_run(const ProjectPaths& paths, const std::string& run) {
  const RunStore store(paths.run_store, RunStore::Access::kRead);
  const auto runs = store.last_runs(std::numeric_limits<int>::max());
  return std::any_of(runs.begin(), runs.end(), [&](const RunRecord& record) { return record.id == run; });
}

std::string known_runs(const std::vector<std::string>& kept) {
  constexpr std::size_t kListed = 5;
  if (kept.size() == 1) return fmt::format("the one kept run is '{}'", kept.front());
  const std::size_t n_listed = std::min(kListed, kept.size());
  const auto end = kept.begin() + static_cast<std::ptrdiff_t>(n_listed);
  return fmt::format("{} kept runs are '{}'", n_listed < kept.size() ? "the newest" : "the",
                     fmt::join(kept.begin(), end, "', '"));
}

[[noreturn]] void refuse(const ProjectPaths& paths, const std::string& run, const std::string& where) {
  const std::vector<std::string> kept = kept_runs(paths);
  const bool is_known = was_run(paths, run);
  std::string remedy = "no run has kept its result yet: run `aisle run` first";
  if (!kept.empty()) {
    // A run that is known was meant.
    const std::string nearest = is_known ? "" : nearest_name(run, kept);
    remedy = nearest.empty() ? known_runs(kept) : fmt::format("did you mean '{}'?", nearest);
  }
  throw InvalidInput({.where = where,
                      .what = is_known ? fmt::format("run '{}' has kept no result", run)
                                       : fmt::format("there is no run '{}'", run),
                      .expected = "",
                      .remedy = remedy});
}

}  // namespace

std::vector<std::string> kept_runs(const ProjectPaths& paths) {
  std::vector<std::string> runs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(paths.kept_runs, error)) {
    const std::string name = entry.path().filename().string();
    // A name that begins with a dot is being written, or was when its process was killed.
    if (name.front() != '.' && entry.is_directory(error)) runs.push_back(name);
  }
  // An id begins with the time.
  std::sort(runs.begin(), runs.end(), std::greater<>());
  return runs;
}

fs::path kept_run(const ProjectPaths& paths, const std::string& run, const std::string& where) {
  const std::vector<std::string> kept = kept_runs(paths);
  if (std::find(kept.begin(), kept.end(), run) == kept.end()) refuse(paths, run, where);
  return paths.kept_runs / run;
}

std::string named_run(const ProjectPaths& paths, const std::string& name, const std::string& baseline,
                      const std::string& where) {
  if (name == "baseline") {
    if (!baseline.empty()) return baseline;
    throw InvalidInput({.where = where,
                        .what = "there is no baseline",
                        .expected = "a run in identity.baseline",
                        .remedy = "set it, or name the run"});
  }
  if (name != "latest" && name != "previous") return name;
  const std::vector<std::string> kept = kept_runs(paths);
  const std::size_t place = name == "latest" ? 0 : 1;
  if (place < kept.size()) return kept[place];
  throw InvalidInput(
      {.where = where,
       .what = fmt::format("there is no {} run", name),
       .expected = place == 0 ? "a run that kept its result" : "two runs that kept their results",
       .remedy = kept.empty() ? "run `aisle run` first" : known_runs(kept)});
}

void keep_run(const ProjectPaths& paths, const std::string& run, const std::string& options) {
  StagedOutput folder(paths.kept_runs / run, StagedOutput::Kind::kFolder);
  for (const fs::path& file : {paths.clustered_stores, paths.metrics, paths.stability, paths.identity}) {
    if (!fs::exists(file)) continue;
    std::error_code error;
    fs::copy_file(file, folder.path() / file.filename(), error);
    if (error) {
      throw EnvironmentError({.where = paths.relative(paths.kept_runs / run),
                              .what = fmt::format("cannot be written ({})", error.message()),
                              .expected = "",
                              .remedy = ""});
    }
  }
  write_in_staged_folder(folder.path() / "options.txt", options);
  folder.commit();
}

void drop_old_runs(const ProjectPaths& paths, int count, const std::vector<std::string>& always) {
  int n_left = 0;
  for (const std::string& run : kept_runs(paths)) {
    if (std::find(always.begin(), always.end(), run) != always.end()) continue;
    if (++n_left <= count) continue;
    // Out of sight first: a kill in the middle must not leave half a result under the run's name.
    std::error_code error;
    const fs::path going = paths.kept_runs / (".going-" + run);
    fs::rename(paths.kept_runs / run, going, error);
    if (!error) fs::remove_all(going, error);
  }
}

}  // namespace aisle
