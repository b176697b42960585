#include "aisle/project/private_folder.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "aisle/project/file_error.h"

namespace aisle {

PrivateFolder::PrivateFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "aisle-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw file_error(name, errno, FileUse::kWrite);
  path_ = name;
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace aisle
