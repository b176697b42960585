// One clear line for a failed call on a file.
#pragma once

#include <filesystem>

#include "aisle/base/errors.h"

namespace aisle {

enum class FileUse { kRead, kWrite };

// The error of a call that failed with `error_number` (errno) on `file`: a full disk, a read-only file
// system, a missing permission and so on, each in words, with what to do.
EnvironmentError file_error(const std::filesystem::path& file, int error_number, FileUse use);

}  // namespace aisle
