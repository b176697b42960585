#include "aisle/generate/generate.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/base/parallel.h"
#include "aisle/generate/retailer_writer.h"
#include "aisle/project/file_error.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// Says that generate made a raw folder, and of what options; a folder without it is not replaced.
constexpr const char* kMark = "_generated.json";
constexpr std::array<const char*, 3> kTruthFiles = {"store_archetypes.parquet", "archetypes.json",
                                                    "dirt.json"};
// Each file that is being written takes some 30 MB.
constexpr int kMostFilesAtOnce = 8;

fs::path normal(const fs::path& folder) {
  const fs::path path = fs::absolute(folder).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

// True when the folder is absent, empty, or holds what generate made and nothing besides.
bool may_be_replaced(const fs::path& raw_folder) {
  constexpr std::array<std::string_view, 6> kOwn = {
      kMark,        "dim_product.parquet", "dim_store_physical.parquet", "dim_store_management.parquet",
      "fact_sales", "fact_inventory"};
  std::error_code error;
  if (!fs::exists(raw_folder, error)) return true;
  if (!fs::is_directory(raw_folder, error)) return false;
  if (fs::is_empty(raw_folder, error)) return true;
  for (fs::directory_iterator entry(raw_folder, error), end; !error && entry != end; entry.increment(error)) {
    if (std::find(kOwn.begin(), kOwn.end(), entry->path().filename().string()) == kOwn.end()) return false;
  }
  return !error && fs::exists(raw_folder / kMark, error);
}

void refuse_foreign_folder(const fs::path& raw_folder) {
  if (may_be_replaced(raw_folder)) return;
  throw InvalidInput({raw_folder.string(), "there are files here that generate did not make",
                      "an empty folder, or one that generate made", "move them, or choose another folder"});
}

std::string options_document(const generate::Retailer& retailer) {
  const GenerateOptions& options = retailer.options;
  nlohmann::ordered_json document;
  document["format"] = 1;
  document["made_by"] = "aisle generate";
  document["stores"] = options.n_stores;
  document["products"] = options.n_products;
  document["years"] = options.n_years;
  document["end_date"] = options.end_date;
  document["seed"] = options.seed;
  document["locale"] = options.locale == Locale::kPtBr ? "pt_BR" : "en_US";
  document["archetypes"] = options.n_archetypes;
  document["overlap"] = options.overlap;
  document["dirty"] = options.dirt == Dirt::kPlanted;
  document["closed_share"] = retailer.closed_share;
  return document.dump(2) + "\n";
}

// The engine names the file under its temporary name; the reader knows the raw folder.
[[noreturn]] void throw_as_folder_error(const EnvironmentError& error, const fs::path& raw_folder) {
  const std::string what = error.what();
  for (const int number : {ENOSPC, EDQUOT, EFBIG, EACCES, EROFS, EMFILE}) {
    if (what.find(std::generic_category().message(number)) != std::string::npos) {
      throw file_error(raw_folder, number, FileUse::kWrite);
    }
  }
  throw EnvironmentError({raw_folder.string(), error.parts().what, "", error.parts().remedy});
}

// The truth's files, each staged until all is written.
class TruthFiles {
 public:
  explicit TruthFiles(fs::path folder) : folder_(std::move(folder)) {}

  fs::path stage(std::size_t file) {
    staged_[file].emplace(folder_ / kTruthFiles[file], StagedOutput::Kind::kFile);
    return staged_[file]->path();
  }
  void stage_text(std::size_t file, const std::string& text) {
    stage(file);
    staged_[file]->write(text);
  }
  bool any() const {
    return std::any_of(staged_.begin(), staged_.end(), [](const auto& file) { return file.has_value(); });
  }
  // Removes what an earlier run left: a truth must not stand beside a retailer that it is not of.
  void remove_old() const {
    std::error_code ignored;
    for (const char* file : kTruthFiles) fs::remove(folder_ / file, ignored);
    if (!any()) fs::remove(folder_, ignored);
  }
  void commit() {
    for (auto& file : staged_) {
      if (file) file->commit();
    }
  }

 private:
  fs::path folder_;
  std::array<std::optional<StagedOutput>, kTruthFiles.size()> staged_;
};

void stage_truth(TruthFiles& truth, const generate::Retailer& retailer, generate::RetailerWriter& writer) {
  if (retailer.has_archetypes()) {
    writer.write_archetypes(truth.stage(0));
    truth.stage_text(
        1, generate::describe_archetypes(retailer.archetypes, *retailer.words, retailer.options.overlap));
  }
  if (retailer.options.dirt == Dirt::kPlanted) {
    truth.stage_text(2, writer.planted().document(retailer.options));
  }
}

GenerateResult write_all(const generate::Retailer& retailer, const fs::path& raw_folder,
                         const EventSink& events, const CancelFlag* cancel) {
  GenerateResult result;
  StagedOutput raw(raw_folder, StagedOutput::Kind::kFolder);
  TruthFiles truth(raw_folder.parent_path() / "truth");
  {
    generate::RetailerWriter writer(retailer, raw.path(), events, cancel);
    result.tables = writer.write_tables();
    stage_truth(truth, retailer, writer);
  }
  write_in_staged_folder(raw.path() / kMark, options_document(retailer));
  truth.remove_old();
  raw.commit();
  truth.commit();
  if (truth.any()) result.truth_folder = raw_folder.parent_path() / "truth";
  return result;
}

std::int64_t peak_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

void report(const GenerateResult& result, const EventSink& events) {
  for (const GeneratedTable& table : result.tables) {
    const std::string path =
        table.n_files == 1 && table.table.rfind("dim_", 0) == 0 ? table.table + ".parquet" : table.table;
    events(AssetMade{table.table, path, "", table.n_rows, table.n_bytes, {{"files", table.n_files}}});
  }
  events(StageFinished{generate::kRawAsset, result.seconds, peak_bytes()});
}

}  // namespace

GenerateResult generate_retailer(const GenerateOptions& options, const fs::path& raw_folder,
                                 const EventSink& events, const CancelFlag* cancel) {
  check_generate_options(options);
  const fs::path folder = normal(raw_folder);
  if (options.replace == ReplaceRaw::kOwnOnly) refuse_foreign_folder(folder);
  const auto begin = std::chrono::steady_clock::now();
  events(StageStarted{generate::kRawAsset, "Synthetic retailer", ""});
  const generate::Retailer retailer = generate::make_retailer(options);
  const ThreadLimit cores(options.n_threads);
  const ThreadLimit files(std::min(thread_count(), kMostFilesAtOnce));
  GenerateResult result;
  try {
    result = write_all(retailer, folder, events, cancel);
  } catch (const EnvironmentError& error) {
    if (error.parts().where == folder.string()) throw;
    throw_as_folder_error(error, folder);
  } catch (const fs::filesystem_error& error) {
    throw file_error(folder, error.code().value(), FileUse::kWrite);
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  report(result, events);
  return result;
}

}  // namespace aisle
