// The whole verdict: the figures of the fit, and whether the clusters come back and beat chance.
//
// Two aspects join those of aisle/segment/verdict.h:
//   stability  mean Jaccard of the clusters over the resamples, weighted by their stores: strong from 0.75
//   when
//              no cluster is dissolved, fair above 0.50 (the bands of Hennig's clusterboot)
//   chance     probability under the null line of a DBCV at least as great: strong to 0.05, fair to 0.20
// The rule is the same: weak when any aspect is weak, strong when every one is strong, else fair.
#pragma once

#include "aisle/insight/segments.h"
#include "aisle/segment/cluster_stability.h"
#include "aisle/segment/verdict.h"

namespace aisle {

// `of_fit` with what `report` adds: nothing where it was not measured or nothing
// was found, no chance without null runs.
Verdict whole_verdict(Verdict of_fit, const StabilityReport& report);

// Puts the whole verdict, each segment's stability and the null line into `summary`. Throws DataError when
// `report` is of other clusters.
void add_stability(SegmentsSummary& summary, const StabilityReport& report);

}  // namespace aisle
