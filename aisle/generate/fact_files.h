// The files of the two fact tables: which there are, and the rows of each.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aisle/engine/parquet_stream.h"
#include "aisle/generate/dirt.h"
#include "aisle/generate/trading.h"

namespace aisle::generate {

// What the files of the facts share: ids as the writer wants them, prices as doubles. Unknown ids, which
// dirt uses, follow the known ones.
class FactContext {
 public:
  FactContext(const Retailer& retailer, const DirtPlan& dirt);

  const Retailer& retailer;
  const DirtPlan& dirt;
  TextPool store_ids;
  TextPool product_ids;
  std::vector<double> unit_prices;    // by product x kDiscounts + tenths of discount
  std::vector<std::int64_t> profits;  // of one item, in cents, in the same order
};

enum class FactKind { kSales, kInventory, kFutureSales };

// One file: the rows of its days, all stores. The path is relative to the raw folder.
struct FactFile {
  FactKind kind = FactKind::kSales;
  std::string path;
  std::int32_t first_day = 0;
  std::int32_t last_day = 0;
};

// Sales by month in year=Y/month=M, inventory by quarter in year=Y, in the order of days.
std::vector<FactFile> plan_fact_files(const Retailer& retailer, const DirtPlan& dirt);

const std::vector<StreamColumn>& columns_of(FactKind kind);

// A file's rows in the order of stores, weeks and the week's own. Not thread safe; one a thread.
class FactRows {
 public:
  virtual ~FactRows() = default;
  // A RowProducer.
  virtual std::size_t fill(RowBlock& block) = 0;
  const DirtLog& planted() const { return planted_; }

 protected:
  DirtLog planted_;
};

// `store_done` is called after each store, from the thread that fills; it may throw to stop.
std::unique_ptr<FactRows> rows_of(const FactContext& context, const FactFile& file,
                                  std::function<void()> store_done);

}  // namespace aisle::generate
