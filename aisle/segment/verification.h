// What a sceptic needs to get a model's labels and DBCV from other people's code: the matrix, the options,
// the labels, and a short Python script over hdbscan and prince.
#pragma once

#include <filesystem>

#include "aisle/segment/train.h"

namespace aisle {

// Writes into `folder`, which exists and which the caller stages:
//   matrix.csv       store_id and the matrix given to HDBSCAN, in the order in which metrics.json's DBCV
//   breaks
//                    ties (tie_order.h); numbers keep every bit
//   labels.csv       store_id, cluster (as in metrics.json and the clustered stores), probability; the same
//   order famd_input.csv   the columns given to FAMD, where there are any and none has a weight of its own
//   options.json     HDBSCAN's options as hdbscan names them, the DBCV and the eigenvalues to get
//   verify.py        the script
// The same model gives the same bytes. Throws EnvironmentError.
void write_verification(const TrainedModel& trained, const std::filesystem::path& folder);

}  // namespace aisle
