// fuzz_seeds FOLDER: writes what aisle itself writes, as first inputs: FOLDER/model, FOLDER/documents.
#include <cstdio>
#include <exception>

#include "aisle/insight/segments.h"
#include "tests/fuzz/small_model.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    namespace fs = std::filesystem;
    const fs::path folder = argv[1];
    const aisle::fuzz::SmallProject project;
    aisle::write_segments(*project.engine, aisle::preset_options("original"), project.paths);
    fs::create_directories(folder / "model");
    fs::create_directories(folder / "documents");
    const auto over = fs::copy_options::overwrite_existing;
    fs::copy_file(project.paths.model / "model.json", folder / "model" / "model.json", over);
    fs::copy_file(project.paths.metrics, folder / "documents" / "metrics.json", over);
    fs::copy_file(project.paths.insight / "segments.json", folder / "documents" / "segments.json", over);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz_seeds: %s\n", error.what());
    return 1;
  }
  return 0;
}
