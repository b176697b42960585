// The segments as a terminal shows them: a sentence, a table, the verdict. Plain text, no colours.
#pragma once

#include <string>

#include "aisle/insight/number_words.h"
#include "aisle/insight/segments.h"

namespace aisle {

// Lines of at most `width` characters (at least 60), each ending in a line feed.
std::string render_segments(const SegmentsSummary& summary, int width);

// The result in one sentence: "100 stores fall into 2 clusters; 9 (9 %) fit none by themselves ...".
std::string segments_sentence(const SegmentsSummary& summary, const NumberWords& words);

// What sets a cluster apart, its traits joined by "; ".
std::string sets_apart_words(const Segment& segment, const NumberWords& words);

// A trait in a few words: "sales per m2 +110 %", "placement Street 88 % (chain 22 %)".
std::string trait_words(const Trait& trait, const NumberWords& words);

}  // namespace aisle
