// What stands in the report without any script, as in a mail's preview: the sentence, the verdict, the key
// figures, the picture, the table of clusters.
#pragma once

#include <string>

#include "aisle/insight/number_words.h"
#include "aisle/report/documents.h"

namespace aisle {

std::string first_screen(const ReportDocuments& documents, const NumberWords& words);

}  // namespace aisle
