// The one hierarchy of errors. Lowest room: everything else throws these.
//
// An error carries what happened, where, what was expected and what to do; `what()` joins the parts that
// are there into one message: "WHERE: WHAT; expected EXPECTED; REMEDY". They are caught in four places: the
// program's main (exit codes below), the HTTP handler, the Python boundary and a worker's boundary.
#pragma once

#include <stdexcept>
#include <string>

namespace aisle {

// What an error tells, in parts.
struct ErrorParts {
  std::string where;     // the function, file, row, column or option
  std::string what;      // what is wrong, with the value
  std::string expected;  // the range or shape that would do; may be empty
  std::string remedy;    // what the reader can do; may be empty
};

// What every error here is.
class Error : public std::runtime_error {
 public:
  explicit Error(ErrorParts parts);  // joins the parts into the message
  // The parts as they were given.
  const ErrorParts& parts() const { return parts_; }
  // Exit code of the program when this error ends it.
  virtual int exit_code() const = 0;
  // The class's name as the JSON forms show it, e.g. "DataError".
  virtual const char* kind() const = 0;

 private:
  ErrorParts parts_;
};

// A value that the caller or the user chose is outside its range.
class InvalidInput : public Error {
 public:
  using Error::Error;
  int exit_code() const override { return 2; }
  const char* kind() const override { return "InvalidInput"; }
};

// The user's data breaks the contract.
class DataError : public Error {
 public:
  using Error::Error;
  int exit_code() const override { return 3; }
  const char* kind() const override { return "DataError"; }
};

// A file, a disk, the network or a service failed.
class EnvironmentError : public Error {
 public:
  using Error::Error;
  int exit_code() const override { return 4; }
  const char* kind() const override { return "EnvironmentError"; }
};

// The user or a signal asked to stop.
class Cancelled : public Error {
 public:
  Cancelled();  // its message is always the same
  int exit_code() const override { return 130; }
  const char* kind() const override { return "Cancelled"; }
};

// An invariant of aisle is broken: a fault of the program, never of the user.
class InternalError : public Error {
 public:
  using Error::Error;
  int exit_code() const override { return 70; }
  const char* kind() const override { return "InternalError"; }
};

}  // namespace aisle
