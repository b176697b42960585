// The three dimension tables and the truth's table of archetypes.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "aisle/engine/parquet_stream.h"
#include "aisle/generate/dirt.h"
#include "aisle/generate/retailer.h"

namespace aisle::generate {

// Each writes one file and returns its number of rows; stores and products come in the order of their
// numbers. What is planted is added to `planted`.
std::int64_t write_products(ParquetStream& stream, const std::filesystem::path& file,
                            const Retailer& retailer, const DirtPlan& dirt, DirtLog& planted);
std::int64_t write_physical_stores(ParquetStream& stream, const std::filesystem::path& file,
                                   const Retailer& retailer, const DirtPlan& dirt, DirtLog& planted);
std::int64_t write_managed_stores(ParquetStream& stream, const std::filesystem::path& file,
                                  const Retailer& retailer, const DirtPlan& dirt, DirtLog& planted);

// store_id and archetype (int64, -1: fits none), one row a store.
std::int64_t write_store_archetypes(ParquetStream& stream, const std::filesystem::path& file,
                                    const Retailer& retailer);

}  // namespace aisle::generate
