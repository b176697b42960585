// The clusters as a table of the report's first screen.
#pragma once

#include <string>

#include "aisle/insight/number_words.h"
#include "aisle/report/documents.h"

namespace aisle {

// A <table>: a row a cluster with its mark, name, what sets it apart, and its figures; "" without clusters.
std::string cluster_table(const ReportDocuments& documents, const NumberWords& words);

}  // namespace aisle
