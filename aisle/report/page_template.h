// The page of web/, built into one file and compiled into the program.
#pragma once

#include <string>
#include <string_view>

namespace aisle {

// What goes into the page; each is HTML already.
struct PageParts {
  std::string title;
  std::string first_screen;
  std::string documents;
};

// The whole page with the parts in the places of their marks.
std::string filled_page(const PageParts& parts);

// The same for a page given as text. Throws InternalError when a mark is missing or stands there twice.
std::string filled_page(std::string_view page, const PageParts& parts);

}  // namespace aisle
