// Whether a service does its work, which is more than that its server answers: Dagster's page comes up, and
// stays, without the project's assets where its code location does not load.
#pragma once

#include <chrono>
#include <string>

#include "aisle/cli/platform/services.h"

namespace aisle {

enum class ServiceHealth { kNotAnswering, kFaulty, kWell };

struct HealthReport {
  ServiceHealth health = ServiceHealth::kNotAnswering;
  std::string fault = {};  // why it is faulty, in the service's own words
};

// Asks the service at that port of 127.0.0.1. One that still loads does not answer yet.
HealthReport health_of(const ServiceDefinition& service, int port, std::chrono::milliseconds longest);

}  // namespace aisle
