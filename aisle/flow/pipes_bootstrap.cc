#include "aisle/flow/pipes_bootstrap.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "aisle/base/errors.h"
#include "aisle/flow/pipes_encoding.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

using nlohmann::json;

constexpr const char* kContext = "DAGSTER_PIPES_CONTEXT";
constexpr const char* kMessages = "DAGSTER_PIPES_MESSAGES";

[[noreturn]] void refuse(const std::string& where, const std::string& what, const std::string& expected) {
  throw EnvironmentError(
      {.where = where,
       .what = what,
       .expected = expected,
       .remedy = "unset DAGSTER_PIPES_CONTEXT and DAGSTER_PIPES_MESSAGES to run without it"});
}

bool is_set(const char* value) {
  return value != nullptr && *value != '\0';
}

json decoded(const char* variable, const char* value) {
  const auto packed = decode_base64(value);
  const auto text = packed ? inflate_zlib(*packed) : std::nullopt;
  json object = text ? json::parse(*text, nullptr, false) : json();
  if (!object.is_object()) {
    refuse(variable, "is not what Dagster Pipes writes", "base64 of zlib of a JSON object");
  }
  return object;
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// {"path": FILE} or {"data": {..}}, as Dagster's own context loader takes them.
json context_of(const char* value) {
  const json params = decoded(kContext, value);
  if (params.contains("data") && params["data"].is_object()) return params["data"];
  const std::string path = text_at(params, "path");
  if (path.empty()) refuse(kContext, "names no context", "a path, or the context as data");
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    refuse(kContext, fmt::format("the context file '{}' is not there", path), "the file that Dagster wrote");
  }
  json context = json::parse(read_file(path), nullptr, false);
  if (!context.is_object()) {
    refuse(kContext, fmt::format("the context file '{}' holds no JSON object", path),
           "the file that Dagster wrote");
  }
  return context;
}

// {"path": FILE}, {"stdio": NAME} or {"buffered_stdio": NAME}.
std::string messages_of(const char* value) {
  const json params = decoded(kMessages, value);
  if (const std::string path = text_at(params, "path"); !path.empty()) return path;
  for (const char* key : {"stdio", "buffered_stdio"}) {
    const std::string stream = text_at(params, key);
    if (stream == "stdout" || stream == "stderr") return "/dev/" + stream;
  }
  refuse(kMessages, "names no place that aisle can write to",
         "a file's path, or stdout or stderr (Dagster's file and stdio message readers)");
}

void read_asset_keys(const json& context, PipesBootstrap& bootstrap) {
  const auto keys = context.find("asset_keys");
  if (keys == context.end() || keys->is_null()) return;
  if (!keys->is_array()) refuse(kContext, "asset_keys is " + keys->dump(), "a list of asset keys");
  for (const json& key : *keys) {
    if (!key.is_string()) refuse(kContext, "asset_keys holds " + key.dump(), "asset keys");
    bootstrap.asset_keys.push_back(key.get<std::string>());
  }
}

void read_checks(const json& context, PipesBootstrap& bootstrap) {
  const auto extras = context.find("extras");
  if (extras == context.end() || !extras->is_object() || !extras->contains("asset_checks")) return;
  try {
    (*extras)["asset_checks"].get_to(bootstrap.checks);
  } catch (const json::exception&) {
    refuse(kContext, "extras.asset_checks is " + (*extras)["asset_checks"].dump(),
           "an object {table: {expectation: name of the check}}");
  }
  if (const std::string key = text_at(*extras, "asset_of_checks"); !key.empty()) {
    bootstrap.asset_of_checks = key;
  }
}

}  // namespace

std::optional<PipesBootstrap> read_pipes_bootstrap(const char* context, const char* messages) {
  if (!is_set(context) && !is_set(messages)) return std::nullopt;
  if (!is_set(context)) refuse(kContext, "is not set, but " + std::string(kMessages) + " is", "both");
  if (!is_set(messages)) refuse(kMessages, "is not set, but " + std::string(kContext) + " is", "both");
  PipesBootstrap bootstrap;
  bootstrap.messages = messages_of(messages);
  const json whole = context_of(context);
  read_asset_keys(whole, bootstrap);
  read_checks(whole, bootstrap);
  return bootstrap;
}

}  // namespace aisle
