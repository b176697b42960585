#include "aisle/project/file_error.h"

#include <cerrno>
#include <string>
#include <system_error>

#include "aisle/project/staged_output.h"

namespace aisle {

EnvironmentError file_error(const std::filesystem::path& file, int error_number, FileUse use) {
  const std::string where = staged_target(file).string();
  const std::string verb = use == FileUse::kRead ? "read" : "written";
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return EnvironmentError({where, "the disk is full", "", "free some space and run again"});
    case EROFS:
      return EnvironmentError(
          {where, "the file system is read-only", "", "choose a project folder that can be written"});
    case EACCES:
    case EPERM:
      return EnvironmentError({where, "no permission: it cannot be " + verb, "",
                               "change the rights of the file or its folder, or run as its owner"});
    case ENOENT:
      return EnvironmentError({where, "there is no such file or folder", "", ""});
    case ENOTDIR:
      return EnvironmentError({where, "a part of this path is a file, not a folder", "", ""});
    default:
      return EnvironmentError(
          {where, "it cannot be " + verb + " (" + std::generic_category().message(error_number) + ")", "",
           ""});
  }
}

}  // namespace aisle
