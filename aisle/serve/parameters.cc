#include "aisle/serve/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "aisle/base/nearest_name.h"

namespace aisle {
namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& what, const std::string& expected,
                         const std::string& remedy = "") {
  throw HttpError(400, {.where = "parameter " + name, .what = what, .expected = expected, .remedy = remedy});
}

template <typename Value>
std::optional<Value> parsed(const std::string& text) {
  Value value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Parameters::Parameters(const HttpRequest& request, const std::vector<std::string>& known)
    : query_(request.query) {
  for (auto parameter = query_.begin(); parameter != query_.end(); ++parameter) {
    const std::string& name = parameter->first;
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string nearest = nearest_name(name, known);
      refuse(name, "is none of this address",
             known.empty() ? "no parameter" : fmt::format("{}", fmt::join(known, ", ")),
             nearest.empty() ? "" : "did you mean '" + nearest + "'?");
    }
    const auto is_same = [&](const auto& other) { return other.first == name; };
    if (std::any_of(query_.begin(), parameter, is_same)) refuse(name, "is there twice", "one");
  }
}

std::optional<std::string> Parameters::text(const std::string& name) const {
  for (const auto& [key, value] : query_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Parameters::integer(const std::string& name, std::int64_t least,
                                                std::int64_t most) const {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto value = parsed<std::int64_t>(*given);
  if (!value || *value < least || *value > most) {
    refuse(name, "is '" + *given + "'", fmt::format("a whole number from {} to {}", least, most));
  }
  return value;
}

std::optional<double> Parameters::number(const std::string& name, double least, double most) const {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto value = parsed<double>(*given);
  if (!value || !std::isfinite(*value) || *value < least || *value > most) {
    refuse(name, "is '" + *given + "'", fmt::format("a number from {} to {}", least, most));
  }
  return value;
}

std::optional<bool> Parameters::flag(const std::string& name) const {
  const auto given = choice(name, {"true", "false"});
  if (!given) return std::nullopt;
  return *given == "true";
}

std::optional<std::string> Parameters::choice(const std::string& name,
                                              const std::vector<std::string>& choices) const {
  const auto given = text(name);
  if (given && std::find(choices.begin(), choices.end(), *given) == choices.end()) {
    refuse(name, "is '" + *given + "'", fmt::format("one of {}", fmt::join(choices, ", ")));
  }
  return given;
}

}  // namespace aisle
