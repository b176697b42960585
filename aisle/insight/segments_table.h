// The segments as a terminal shows them: a sentence, a table, the verdict. Plain text, no colours.
#pragma once

#include <string>

#include "aisle/insight/segments.h"

namespace aisle {

// Lines of at most `width` characters (at least 60), each ending in a line feed.
std::string render_segments(const SegmentsSummary& summary, int width);

// A trait in a few words: "sales per m2 +110 %", "placement Street 88 % (chain 22 %)".
std::string trait_words(const Trait& trait);

}  // namespace aisle
