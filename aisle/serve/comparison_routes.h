// Two kept runs side by side over HTTP.
#pragma once

#include "aisle/base/cancel.h"
#include "aisle/serve/project_routes.h"
#include "aisle/serve/router.h"

namespace aisle {

// `stopping` ends long work; it must outlive the routes.
void add_comparison_routes(Router& router, const ServedProject& project, const CancelFlag& stopping);

}  // namespace aisle
