// Stores and other tables as XLSX workbooks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/table.h"
#include "aisle/insight/number_words.h"
#include "aisle/insight/segments.h"
#include "aisle/report/export_columns.h"

namespace aisle {

// The clustered stores: a sheet of the clusters, one of all stores, one a cluster. Writes it to `file`, which
// the caller stages. `columns` describe the columns of `stores`, and `clusters` has each row's cluster (-1:
// none). Text is written as text: what begins with "=" stays what it is; `words` write the figures in
// sentences. Memory does not grow with the stores. The same input gives the same bytes. Throws InvalidInput
// where a worksheet cannot hold the rows (1,048,575), EnvironmentError when it cannot be written, Cancelled.
void write_spreadsheet(const std::filesystem::path& file, const Table& stores,
                       const std::vector<ExportColumn>& columns, const std::vector<std::int64_t>& clusters,
                       const SegmentsSummary& summary, const NumberWords& words,
                       const CancelFlag* cancel = nullptr);

// Any table as a workbook of one sheet, in the same way.
void write_sheet(const std::filesystem::path& file, const std::string& sheet, const Table& table,
                 const std::vector<ExportColumn>& columns, const CancelFlag* cancel = nullptr);

}  // namespace aisle
