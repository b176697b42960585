// The query of a request as checked values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aisle/serve/http.h"

namespace aisle {

class Parameters {
 public:
  // Throws HttpError 400 for a parameter that is not in `known` (with the nearest name) or is there twice.
  Parameters(const HttpRequest& request, const std::vector<std::string>& known);

  // Each is empty when the parameter is absent, and throws HttpError 400 for a value of another form or out
  // of its range.
  std::optional<std::string> text(const std::string& name) const;
  std::optional<std::int64_t> integer(const std::string& name, std::int64_t least, std::int64_t most) const;
  std::optional<double> number(const std::string& name, double least, double most) const;
  std::optional<bool> flag(const std::string& name) const;
  std::optional<std::string> choice(const std::string& name, const std::vector<std::string>& choices) const;

 private:
  const NamedTexts& query_;
};

}  // namespace aisle
