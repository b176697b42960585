// The program's entry. Everything else is in app.cc and verbs/.
#include "aisle/cli/app.h"

int main(int argc, char** argv) {
  return aisle::run_app(argc, argv);
}
