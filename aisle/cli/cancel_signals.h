// SIGINT and SIGTERM ask the work to stop; a second one ends the process at once.
#pragma once

#include "aisle/base/cancel.h"

namespace aisle {

// Installs the handlers at the first call. The flag lives as long as the process.
const CancelFlag* cancel_on_signals();

}  // namespace aisle
