#include "aisle/serve/page_routes.h"

#include <string>

// The assembler reads the file: a string literal of this length would cost the compiler seconds.
__asm__(
    ".section .rodata\n"
    "aisle_openapi_begin:\n"
    ".incbin \"" AISLE_OPENAPI_FILE
    "\"\n"
    "aisle_openapi_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" {
extern const char aisle_openapi_begin[];  // NOLINT(readability-identifier-naming)
extern const char aisle_openapi_end[];    // NOLINT(readability-identifier-naming)
}

namespace aisle {
namespace {

// The report brings a policy of its own in its head; it asks for nothing, so it may ask for nothing here.
constexpr const char* kReportPolicy =
    "connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

constexpr const char* kPage =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>aisle</title>\n"
    "<h1>aisle</h1>\n<p><a href=\"report\">The report of the last run</a></p>\n"
    "<p><a href=\"api/v1/openapi.json\">What the server answers</a></p>\n</html>\n";

HttpResponse get_report(const HttpRequest& request, const ProjectPaths& paths, FileCache& files) {
  auto response = files.respond(request, paths.report, "text/html; charset=utf-8");
  if (!response) {
    throw HttpError(404, {.where = "/report",
                          .what = "there is no report yet",
                          .expected = "",
                          .remedy = "run `aisle run`, or start one here"});
  }
  response->set_header("Content-Security-Policy", kReportPolicy);
  response->set_header("X-Frame-Options", "SAMEORIGIN");
  return *std::move(response);
}

}  // namespace

std::string_view openapi_text() {
  return {aisle_openapi_begin, static_cast<std::size_t>(aisle_openapi_end - aisle_openapi_begin)};
}

void add_page_routes(Router& router, const ProjectPaths& paths, FileCache& files) {
  router.add({"GET", "/", Lane::kQuick,
              [](const HttpRequest&) { return text_response(kPage, "text/html; charset=utf-8"); }});
  router.add({"GET", "/report", Lane::kQuick,
              [paths, &files](const HttpRequest& request) { return get_report(request, paths, files); }});
  router.add({"GET", "/api/v1/openapi.json", Lane::kQuick, [](const HttpRequest&) {
                return text_response(std::string(openapi_text()), "application/json");
              }});
}

}  // namespace aisle
