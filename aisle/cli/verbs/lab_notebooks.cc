#include "aisle/cli/verbs/lab_notebooks.h"

#include "aisle/base/embedded_file.h"

AISLE_EMBED_FILE(aisle_lab_01, AISLE_LAB_FOLDER "/01-first-look.ipynb")
AISLE_EMBED_FILE(aisle_lab_02, AISLE_LAB_FOLDER "/02-fine-tuning.ipynb")
AISLE_EMBED_FILE(aisle_lab_03, AISLE_LAB_FOLDER "/03-which-method.ipynb")
AISLE_EMBED_FILE(aisle_lab_04, AISLE_LAB_FOLDER "/04-from-experiment-to-pipeline.ipynb")

namespace aisle {
namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::vector<Notebook> lab_notebooks() {
  return {{"01-first-look.ipynb", between(aisle_lab_01_begin, aisle_lab_01_end)},
          {"02-fine-tuning.ipynb", between(aisle_lab_02_begin, aisle_lab_02_end)},
          {"03-which-method.ipynb", between(aisle_lab_03_begin, aisle_lab_03_end)},
          {"04-from-experiment-to-pipeline.ipynb", between(aisle_lab_04_begin, aisle_lab_04_end)}};
}

}  // namespace aisle
