// The trials of a search as a terminal shows them. Plain text, no colours.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "aisle/track/trial_store.h"

namespace aisle {

// The first `most` trials: the recommended one (marked ★), those of the front (marked •) by DBCV, then the
// others by DBCV; what hindered those without clusters; and why the one is recommended. Texts are wrapped at
// `width` (at least 60).
std::string render_trials(const Tuning& tuning, const std::vector<Trial>& trials, std::size_t most,
                          int width);

}  // namespace aisle
