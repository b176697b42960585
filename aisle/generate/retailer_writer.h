// Writes the five tables of a retailer into a folder, facts in parallel.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <vector>

#include "aisle/base/cancel.h"
#include "aisle/base/events.h"
#include "aisle/generate/dim_tables.h"
#include "aisle/generate/fact_files.h"

namespace aisle::generate {

// The asset whose progress generate reports.
constexpr const char* kRawAsset = "raw_data";

// Counts stores done over all files, tells the sink at each hundredth, and stops the work: on the user's
// wish, or because another file failed.
class Pace {
 public:
  Pace(const EventSink& events, const CancelFlag* cancel, std::int64_t total)
      : events_(events), cancel_(cancel), total_(total) {}

  // Throws Cancelled when the work is to stop.
  void store_done();
  void stop() { stopped_.store(true, std::memory_order_relaxed); }

 private:
  const EventSink& events_;
  const CancelFlag* cancel_;
  std::int64_t total_;
  std::atomic<std::int64_t> done_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  double told_ = 0.0;
};

class RetailerWriter {
 public:
  // `folder` exists. The arguments must outlive the writer.
  RetailerWriter(const Retailer& retailer, const std::filesystem::path& folder, const EventSink& events,
                 const CancelFlag* cancel);

  std::vector<GeneratedTable> write_tables();
  void write_archetypes(const std::filesystem::path& file) {
    write_store_archetypes(stream_, file, retailer_);
  }
  // What write_tables planted.
  const DirtLog& planted() const { return planted_; }

 private:
  void write_facts();
  void write_file(std::size_t index);
  void remove_empty_folders();
  GeneratedTable measure(const char* table, std::int64_t n_rows) const;

  const Retailer& retailer_;
  const std::filesystem::path& folder_;
  DirtPlan dirt_;
  FactContext context_;
  std::vector<FactFile> files_;
  std::vector<std::int64_t> n_rows_;  // of each file
  std::vector<DirtLog> planted_in_;   // each file
  Pace pace_;
  ParquetStream stream_;
  DirtLog planted_;
};

}  // namespace aisle::generate
