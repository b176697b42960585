#include "aisle/base/errors.h"

#include <utility>

namespace aisle {
namespace {

std::string join(const ErrorParts& parts) {
  std::string message;
  if (!parts.where.empty()) message += parts.where + ": ";
  message += parts.what;
  if (!parts.expected.empty()) message += "; expected " + parts.expected;
  if (!parts.remedy.empty()) message += "; " + parts.remedy;
  return message;
}

}  // namespace

Error::Error(ErrorParts parts) : std::runtime_error(join(parts)), parts_(std::move(parts)) {}

Cancelled::Cancelled() : Error({.where = "", .what = "cancelled", .expected = "", .remedy = ""}) {}

}  // namespace aisle
