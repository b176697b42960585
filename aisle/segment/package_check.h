// Whether the parts of a model that was read fit together, so that nothing later reads out of bounds.
#pragma once

#include <string>

#include "aisle/segment/model.h"

namespace aisle {

// Throws DataError naming `where` and the part that does not fit.
void check_model(const Model& model, const std::string& where);

}  // namespace aisle
