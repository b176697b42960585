#include "aisle/cli/platform/dagster_package.h"

#include <string_view>

#include "aisle/base/digest.h"
#include "aisle/base/embedded_file.h"
#include "aisle/base/errors.h"
#include "aisle/cli/platform/waited_program.h"
#include "aisle/project/platform_state.h"
#include "aisle/project/staged_output.h"

AISLE_EMBED_FILE(aisle_dagster_package, AISLE_DAGSTER_PACKAGE_FILE)

namespace aisle {

namespace fs = std::filesystem;

fs::path unpack_dagster_package(const ProjectPaths& paths, const fs::path& python) {
  const std::string_view packed(
      aisle_dagster_package_begin,
      static_cast<std::size_t>(aisle_dagster_package_end - aisle_dagster_package_begin));
  const fs::path folder = platform_folder(paths) / "python";
  const fs::path complete = folder / "complete";
  const std::string digest = digest_of(packed);
  if (fs::exists(complete) && read_file(complete) == digest) return folder;
  fs::remove_all(folder);
  fs::create_directories(folder);
  const fs::path archive = platform_folder(paths) / "aisle_dagster.zip";
  write_file(archive, packed);
  WaitedProgram unpack({python.string(), "-I", "-m", "zipfile", "-e", archive.string(), folder.string()}, {});
  unpack.wait();
  fs::remove(archive);
  if (!unpack.succeeded()) {
    throw EnvironmentError({.where = folder.string(),
                            .what = "Dagster's package could not be put there: " + unpack.last_line(),
                            .expected = "",
                            .remedy = ""});
  }
  write_file(complete, digest);
  return folder;
}

}  // namespace aisle
