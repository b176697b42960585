#include "aisle/generate/retailer_writer.h"

#include <string>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"

namespace aisle::generate {

namespace fs = std::filesystem;

void Pace::store_done() {
  if (cancel_ != nullptr) cancel_->check();
  if (stopped_.load(std::memory_order_relaxed)) throw Cancelled();
  const std::int64_t done = done_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (done * 100 / total_ == (done - 1) * 100 / total_) return;
  const std::lock_guard lock(mutex_);
  // Two threads may come here in the other order; progress does not go back.
  const double share = static_cast<double>(done) * 100.0 / static_cast<double>(total_);
  if (share <= told_) return;
  told_ = share;
  events_(Progress{kRawAsset, share, 100.0, "%"});
}

RetailerWriter::RetailerWriter(const Retailer& retailer, const fs::path& folder, const EventSink& events,
                               const CancelFlag* cancel)
    : retailer_(retailer),
      folder_(folder),
      dirt_(retailer),
      context_(retailer, dirt_),
      files_(plan_fact_files(retailer, dirt_)),
      n_rows_(files_.size()),
      planted_in_(files_.size()),
      pace_(events, cancel, static_cast<std::int64_t>(files_.size()) * retailer.options.n_stores) {}

std::vector<GeneratedTable> RetailerWriter::write_tables() {
  const std::int64_t n_products =
      write_products(stream_, folder_ / "dim_product.parquet", retailer_, dirt_, planted_);
  const std::int64_t n_physical =
      write_physical_stores(stream_, folder_ / "dim_store_physical.parquet", retailer_, dirt_, planted_);
  const std::int64_t n_managed =
      write_managed_stores(stream_, folder_ / "dim_store_management.parquet", retailer_, dirt_, planted_);
  write_facts();
  std::int64_t n_sales = 0;
  std::int64_t n_inventory = 0;
  for (std::size_t index = 0; index < files_.size(); ++index) {
    (files_[index].kind == FactKind::kInventory ? n_inventory : n_sales) += n_rows_[index];
    planted_.merge(planted_in_[index]);
  }
  return {measure("dim_product", n_products), measure("dim_store_physical", n_physical),
          measure("dim_store_management", n_managed), measure("fact_sales", n_sales),
          measure("fact_inventory", n_inventory)};
}

void RetailerWriter::write_facts() {
  for (const FactFile& file : files_) fs::create_directories((folder_ / file.path).parent_path());
  std::mutex mutex;
  std::exception_ptr first_failure;
  try {
    parallel_for(files_.size(), [&](std::size_t index) {
      try {
        write_file(index);
      } catch (...) {
        const std::lock_guard lock(mutex);
        // The first one is the cause; what follows are files that stopped because of it.
        if (!first_failure) first_failure = std::current_exception();
        pace_.stop();
        throw;
      }
    });
  } catch (...) {
    std::rethrow_exception(first_failure ? first_failure : std::current_exception());
  }
  remove_empty_folders();
}

// After the loop, for files that are still to be written share the folders.
void RetailerWriter::remove_empty_folders() {
  for (const FactFile& file : files_) {
    std::error_code not_empty;
    for (fs::path inner = fs::path(file.path).parent_path(); inner.has_parent_path();
         inner = inner.parent_path()) {
      fs::remove(folder_ / inner, not_empty);
    }
  }
}

// The last file of a table stays even when it is empty, so that the table has its columns; other empty files
// would only be in the way.
void RetailerWriter::write_file(std::size_t index) {
  const FactFile& file = files_[index];
  const fs::path path = folder_ / file.path;
  const std::unique_ptr<FactRows> rows = rows_of(context_, file, [&] { pace_.store_done(); });
  n_rows_[index] =
      stream_.write(path, columns_of(file.kind), [&](RowBlock& block) { return rows->fill(block); });
  planted_in_[index] = rows->planted();
  const bool last_of_table = index + 1 == files_.size() || files_[index + 1].kind != file.kind;
  if (n_rows_[index] > 0 || last_of_table) return;
  fs::remove(path);
}

GeneratedTable RetailerWriter::measure(const char* table, std::int64_t n_rows) const {
  GeneratedTable result{table, n_rows, 0, 0};
  const fs::path single = folder_ / (std::string(table) + ".parquet");
  if (fs::exists(single)) {
    result.n_files = 1;
    result.n_bytes = static_cast<std::int64_t>(fs::file_size(single));
    return result;
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / table)) {
    if (!entry.is_regular_file()) continue;
    ++result.n_files;
    result.n_bytes += static_cast<std::int64_t>(entry.file_size());
  }
  return result;
}

}  // namespace aisle::generate
