// Prints docs/features.md.
#include <cstdio>

#include "aisle/features/feature_catalogue.h"

int main() {
  const std::string page = aisle::feature_page();
  return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
