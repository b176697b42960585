#include "aisle/report/page_template.h"

#include <array>
#include <utility>

#include "aisle/base/embedded_file.h"
#include "aisle/base/errors.h"

AISLE_EMBED_FILE(aisle_page, AISLE_PAGE_FILE)

namespace aisle {

std::string filled_page(std::string_view page, const PageParts& parts) {
  // In the order in which they stand in the page: each is looked for behind the one before, so a mark inside
  // a part (a store of that name) is never taken for one.
  const std::array<std::pair<std::string_view, const std::string*>, 3> marks = {
      {{"<!--aisle:title-->", &parts.title},
       {"<!--aisle:first-screen-->", &parts.first_screen},
       {"<!--aisle:documents-->", &parts.documents}}};
  std::string filled;
  filled.reserve(page.size() + parts.first_screen.size() + parts.documents.size());
  std::size_t at = 0;
  for (const auto& [mark, part] : marks) {
    const std::size_t found = page.find(mark, at);
    if (found == std::string_view::npos || page.find(mark, found + 1) != std::string_view::npos) {
      throw InternalError({.where = "report page",
                           .what = "the mark " + std::string(mark) + " does not stand there once",
                           .expected = "",
                           .remedy = ""});
    }
    filled += page.substr(at, found - at);
    filled += *part;
    at = found + mark.size();
  }
  filled += page.substr(at);
  return filled;
}

std::string filled_page(const PageParts& parts) {
  return filled_page(
      std::string_view(aisle_page_begin, static_cast<std::size_t>(aisle_page_end - aisle_page_begin)), parts);
}

}  // namespace aisle
