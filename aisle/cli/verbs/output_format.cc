#include "aisle/cli/verbs/output_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "aisle/base/errors.h"

namespace aisle {

std::string output_format(const std::string& verb, const std::string& format, const std::string& file,
                          const std::vector<std::string>& known) {
  std::string name = format;
  if (name.empty()) name = std::filesystem::path(file).extension().string().erase(0, 1);
  if (std::find(known.begin(), known.end(), name) != known.end()) return name;
  const std::string expected =
      fmt::format("{} or {}", fmt::join(known.begin(), known.end() - 1, ", "), known.back());
  throw InvalidInput({.where = verb + (format.empty() ? " --out" : " --format"),
                      .what = format.empty() ? "'" + file + "' does not say which format"
                                             : fmt::format("'{}' is no format of {}", name, verb),
                      .expected = expected,
                      .remedy = format.empty() ? "say --format, or end the file's name in it" : ""});
}

}  // namespace aisle
