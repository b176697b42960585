// The files of the served page (built from web/), compiled into the program.
#pragma once

#include <span>
#include <string_view>

namespace aisle {

// All of it lives as long as the program.
struct PageFile {
  std::string_view path;    // relative to the page's place: "index.html", "assets/overview-1a2b3c4d.js"
  std::string_view type;    // Content-Type
  std::string_view digest;  // of `bytes`
  std::string_view bytes;   // as they are
  std::string_view gzip;    // the same, compressed
  bool hashed = false;      // the name holds a digest of the bytes: may be kept for ever
};

// Sorted by path; empty where the program was built without its front end.
std::span<const PageFile> page_files();

// nullptr where there is no file of that path.
const PageFile* find_page_file(std::string_view path);

}  // namespace aisle
