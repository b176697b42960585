// Prints docs/options.md.
#include <iostream>

#include "aisle/project/options_text.h"

int main() {
  std::cout << aisle::options_page();
  return std::cout.good() ? 0 : 1;
}
