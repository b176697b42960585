#include <fmt/format.h>

#include <cctype>

#include "aisle/track/mlflow_exchange_json.h"

namespace aisle {
namespace {

constexpr std::size_t kQuoted = 300;  // characters of an answer that a message quotes

// The first line of what the server said, short enough for a message.
std::string said_by(const TransferAnswer& answer, const Json& document) {
  std::string text = answer.body;
  if (document.is_object() && document.contains("message") && document["message"].is_string()) {
    text = document["message"].get<std::string>();
  } else if (answer.content_type.find("html") != std::string::npos) {
    text = "a page of HTML";
  }
  text = text.substr(0, text.find('\n'));
  return text.size() <= kQuoted ? text : text.substr(0, kQuoted) + "..";
}

bool asks_for_patience(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

ErrorParts parts_of(const HttpTransfer& transfer, const TransferAnswer& answer, const std::string& said) {
  return {.where = transfer.uri(),
          .what = fmt::format("answers {}{}", answer.status, said.empty() ? "" : " (" + said + ")"),
          .expected = "",
          .remedy = ""};
}

[[noreturn]] void refuse(const HttpTransfer& transfer, const TransferAnswer& answer, const Json& document) {
  const std::string said = said_by(answer, document);
  ErrorParts parts = parts_of(transfer, answer, said);
  if (asks_for_patience(answer.status)) {
    throw TrackingError(TrackingFault::kBusy, parts, answer.retry_after);
  }
  if (answer.status == 401 || answer.status == 407) {
    parts.remedy =
        "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to what it "
        "knows";
    throw TrackingError(TrackingFault::kDenied, parts);
  }
  if (answer.status == 403) {
    const bool is_host = said.find("Host header") != std::string::npos;
    parts.remedy = is_host ? "start MLflow with --allowed-hosts that has this name"
                           : "this user may not write there: ask who runs the server";
    throw TrackingError(TrackingFault::kDenied, parts);
  }
  const bool is_mlflow = document.is_object() && document.contains("error_code");
  if (!is_mlflow) {
    parts.expected = "an MLflow server";
    parts.remedy = answer.status < 400 ? "name the address that it leads to" : "look at tracking.mlflow_uri";
    throw TrackingError(TrackingFault::kDenied, parts);
  }
  throw TrackingError(TrackingFault::kRejected, parts);
}

}  // namespace

std::optional<Json> exchange_json(HttpTransfer& transfer, const TransferLimits& limits,
                                  const TransferRequest& request, const std::string& tolerated) {
  const TransferAnswer answer = transfer.send(request, limits);
  Json document = answer.body.empty() ? Json::object() : Json::parse(answer.body, nullptr, false);
  if (answer.status == 200) {
    if (document.is_object()) return document;
    ErrorParts parts = parts_of(transfer, answer, said_by(answer, document));
    parts.expected = "an MLflow server";
    parts.remedy = "look at tracking.mlflow_uri";
    throw TrackingError(TrackingFault::kDenied, parts);
  }
  const bool has_code = document.is_object() && document.contains("error_code");
  if (has_code && !tolerated.empty() && document["error_code"] == tolerated) return std::nullopt;
  refuse(transfer, answer, document);
}

std::string url_encoded(const std::string& text) {
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool is_plain =
        std::isalnum(byte) != 0 || std::string_view("-._~").find(letter) != std::string::npos;
    encoded += is_plain ? std::string(1, letter) : fmt::format("%{:02X}", byte);
  }
  return encoded;
}

std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace aisle
