// Every process that a service is made of, and the end of all of them. MLflow and Dagster start children,
// some of which leave their parent, so the family is known by three signs: descent, the session, and a mark
// in the environment that all of them inherit.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "aisle/project/process_identity.h"

namespace aisle {

// What a service's environment holds, to be known again even where its record was lost.
struct ServiceMark {
  std::string platform;  // the project's folder
  std::string service;   // its name

  // "NAME=VALUE", as they stand in the environment.
  std::string platform_variable() const;
  std::string service_variable() const;
};

// The family that runs now, its first process at the front where that one is alive. This process and those it
// stands under are never part of it.
std::vector<ProcessEntry> family_of(const ProcessIdentity& first, const ServiceMark& mark);

// How long each way to ask is given.
struct StopPatience {
  std::chrono::milliseconds by_itself{20000};  // the first process ends its children
  std::chrono::milliseconds each{4000};        // each process was asked
  std::chrono::milliseconds killed{5000};
};

// Ends the family and waits until nothing of it is left; how many processes there were. Throws
// EnvironmentError where one cannot be ended.
int stop_family(const ProcessIdentity& first, const ServiceMark& mark, StopPatience patience = {});

}  // namespace aisle
