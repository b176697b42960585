// The command line: verbs, their options, and what becomes of an error.
#pragma once

namespace aisle {

// Runs one command. Returns the exit code: 0; 2 for a wrong value or option; 3 when the data breaks the
// contract; 4 when a file, disk or service fails; 130 after Ctrl-C; 70 for a fault of aisle itself.
int run_app(int argc, char** argv);

}  // namespace aisle
