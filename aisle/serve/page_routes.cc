#include "aisle/serve/page_routes.h"

#include <memory>
#include <string>

#include "aisle/base/embedded_file.h"
#include "aisle/serve/page_files.h"

AISLE_EMBED_FILE(aisle_openapi, AISLE_OPENAPI_FILE)

namespace aisle {
namespace {

// The report brings a policy of its own in its head; it asks for nothing, so it may ask for nothing here.
constexpr const char* kReportPolicy =
    "connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

// Where the front end was left out of the build.
constexpr const char* kNoPage =
    "aisle was built without its page (AISLE_WEB=OFF).\n"
    "The report of the last run is at report, what the server answers at api/v1/openapi.json.\n";

HttpResponse get_page_file(const HttpRequest& request, const PageFile& file) {
  HttpResponse response;
  response.set_header("ETag", "\"" + std::string(file.digest) + "\"");
  response.set_header("Vary", "Accept-Encoding");
  response.set_header("Cache-Control", file.hashed ? "max-age=31536000, immutable" : "no-cache");
  if (names_etag(request.header("if-none-match"), std::string(file.digest))) {
    response.status = 304;
    return response;
  }
  response.set_header("Content-Type", std::string(file.type));
  const bool zipped = takes_gzip(request.header("accept-encoding"));
  if (zipped) response.set_header("Content-Encoding", "gzip");
  response.body = std::make_shared<const std::string>(zipped ? file.gzip : file.bytes);
  return response;
}

HttpResponse get_page(const HttpRequest& request) {
  const PageFile* page = find_page_file("index.html");
  if (page == nullptr) return text_response(kNoPage, "text/plain; charset=utf-8");
  return get_page_file(request, *page);
}

HttpResponse get_page_asset(const HttpRequest& request) {
  const PageFile* file = find_page_file("assets/" + request.path_values.at("name"));
  if (file == nullptr) {
    throw HttpError(404, {.where = request.path,
                          .what = "is no file of this page",
                          .expected = "",
                          .remedy = "reload the page: the server may be of another version"});
  }
  return get_page_file(request, *file);
}

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
  router.add({"GET", "/", Lane::kQuick, get_page});
  router.add({"GET", "/assets/{name}", Lane::kQuick, get_page_asset});
  router.add({"GET", "/report", Lane::kQuick,
              [paths, &files](const HttpRequest& request) { return get_report(request, paths, files); }});
  router.add({"GET", "/api/v1/openapi.json", Lane::kQuick, [](const HttpRequest&) {
                return text_response(std::string(openapi_text()), "application/json");
              }});
}

}  // namespace aisle
