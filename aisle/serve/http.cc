#include "aisle/serve/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>
#include <nlohmann/json.hpp>

namespace aisle {
namespace {

std::string joined(const ErrorParts& parts) {
  return InvalidInput(parts).what();
}

[[noreturn]] void refuse_target(const std::string& what) {
  throw HttpError(400, {.where = "the request's address", .what = what, .expected = "", .remedy = ""});
}

enum class Plus { kPlus, kSpace };

std::string decoded(std::string_view text, Plus plus) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && plus == Plus::kSpace) {
      result += ' ';
    } else if (text[at] != '%') {
      result += text[at];
    } else {
      const int high = at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
      const int low = at + 2 < text.size() ? hex_digit(text[at + 2]) : -1;
      if (high < 0 || low < 0) refuse_target("has a % that two hexadecimal digits do not follow");
      const char letter = static_cast<char>(high * 16 + low);
      if (letter == '\0') refuse_target("has a %00");
      result += letter;
      at += 2;
    }
  }
  return result;
}

}  // namespace

std::string small_letters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return text;
}

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

std::string HttpRequest::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

HttpResponse text_response(std::string body, const std::string& content_type, int status) {
  HttpResponse response;
  response.status = status;
  response.body = std::make_shared<const std::string>(std::move(body));
  response.set_header("Content-Type", content_type);
  return response;
}

HttpError::HttpError(int status, ErrorParts parts)
    : std::runtime_error(joined(parts)), status_(status), parts_(std::move(parts)) {}

HttpResponse error_response(int status, const std::string& kind, const ErrorParts& parts) {
  const nlohmann::ordered_json object = {{"kind", kind},
                                         {"status", status},
                                         {"where", parts.where},
                                         {"what", parts.what},
                                         {"expected", parts.expected},
                                         {"remedy", parts.remedy},
                                         {"message", joined(parts)}};
  HttpResponse response =
      text_response(object.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n",
                    "application/json", status);
  response.set_header("Cache-Control", "no-store");
  return response;
}

HttpResponse current_error_response() {
  try {
    throw;
  } catch (const HttpError& error) {
    HttpResponse response = error_response(
        error.status(), error.status() < 500 ? "InvalidInput" : "EnvironmentError", error.parts());
    if (error.status() == 405) response.set_header("Allow", error.parts().expected);
    return response;
  } catch (const Cancelled& error) {
    return error_response(503, error.kind(),
                          {.where = "", .what = "the server is shutting down", .expected = "", .remedy = ""});
  } catch (const Error& error) {
    // What the caller asked for, or the project's data, cannot be answered; everything else is on this side.
    const bool is_answerable = error.exit_code() == 2 || error.exit_code() == 3;
    return error_response(is_answerable ? 422 : 500, error.kind(), error.parts());
  } catch (const std::bad_alloc&) {
    return error_response(
        500, "EnvironmentError",
        {.where = "", .what = "memory ran out", .expected = "", .remedy = "set engine.memory_limit"});
  } catch (const std::exception& error) {
    return error_response(
        500, "InternalError",
        {.where = "", .what = error.what(), .expected = "", .remedy = "a fault of aisle; please report it"});
  }
}

void split_target(std::string_view target, std::string& path, NamedTexts& query) {
  if (target.empty() || target.front() != '/') refuse_target("does not begin with a slash");
  const std::size_t mark = target.find('?');
  path = target.substr(0, mark);
  query.clear();
  if (mark == std::string_view::npos) return;
  std::string_view rest = target.substr(mark + 1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    query.emplace_back(decoded(pair.substr(0, equals), Plus::kSpace),
                       decoded(pair.substr(std::min(equals + 1, pair.size())), Plus::kSpace));
  }
}

std::string query_text(const NamedTexts& query) {
  const auto encoded = [](const std::string& text) {
    std::string result;
    for (const char letter : text) {
      const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                            (letter >= '0' && letter <= '9') ||
                            std::string_view("-._~").find(letter) != std::string_view::npos;
      result +=
          is_plain ? std::string(1, letter) : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
    return result;
  };
  std::string result;
  for (const auto& [name, value] : query) {
    result += (result.empty() ? "?" : "&") + encoded(name) + "=" + encoded(value);
  }
  return result;
}

std::vector<std::string> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  for (;;) {
    const std::size_t slash = path.find('/');
    parts.push_back(decoded(path.substr(0, slash), Plus::kPlus));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace aisle
