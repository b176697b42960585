#include "aisle/project/options_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "aisle/project/contract.h"
#include "aisle/project/option_table.h"
#include "aisle/project/presets.h"
#include "aisle/project/table_options.h"

namespace aisle {
namespace {

const char* kHead =
    "# Options\n"
    "\n"
    "Every option of `aisle.toml`. Any of them can be given to a verb as `--set section.key=value`, which "
    "goes\n"
    "before the file. A value is written as in TOML; on the command line text needs no quotes, and a list "
    "may\n"
    "be `a, b, c`. An unknown key, a wrong type or a value out of range is refused with the file's line.\n"
    "\n"
    "`format = 1` at the top is the version of the file. A newer aisle reads older files as they were "
    "meant.\n"
    "\n"
    "This page is made from the program's own table of options.\n";

const std::map<std::string, std::string>& section_titles() {
  static const std::map<std::string, std::string> titles = {
      {"project", "The project, for people"},
      {"scope", "A part of the business: SQL conditions on the contract's columns"},
      {"engine", "Where SQL runs"},
      {"quality", "Checks of the raw tables"},
      {"features", "What is computed of each store"},
      {"model", "What the model looks at"},
      {"famd", "Factor analysis of mixed data"},
      {"hdbscan", "Density clustering"},
      {"gaussian_mixture", "Clusters as normal clouds"},
      {"kmeans", "Clusters about means"},
      {"limits", "How many clusters, and how large"},
      {"forest", "The forest that assigns noise"},
      {"stability", "Whether the clusters can be trusted"},
      {"tracking", "What is kept of past runs, and the server that gets them"},
      {"identity", "Names of clusters over time"},
      {"export", "What `aisle export` writes"},
  };
  return titles;
}

// In a table of Markdown a bar ends the cell.
std::string cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.replace(at, 1, "\\|");
  }
  return text;
}

std::string default_cell(const OptionRow& row) {
  if (!row.by_preset) return fmt::format("`{}`", cell(toml_text(option_default(row, "trading"))));
  std::string text;
  for (const std::string& preset : preset_names()) {
    text += fmt::format("{}{}: `{}`", text.empty() ? "" : "<br>", preset,
                        cell(toml_text(option_default(row, preset))));
  }
  return text;
}

std::string tables_part() {
  std::string page =
      "\n## [tables.NAME]\n"
      "\n"
      "Where each table of the [data contract](data-contract.md) comes from. A table without a section is "
      "looked\n"
      "for in `data/raw` under its own name.\n"
      "\n"
      "| key | what it is |\n"
      "|---|---|\n";
  for (const TableKey& key : table_keys()) {
    page += fmt::format("| `{}` | {} |\n", key.key, cell(std::string(key.help)));
  }
  page +=
      "| `columns.COLUMN` | your column's name, or an SQL expression over your columns; a column of the "
      "contract's own name needs no line |\n";
  page +=
      "\nCSV keys that are left out are found in the file. Store and product tables take columns of your "
      "own\n"
      "beside the contract's (`columns.brand = \"Marca\"`), for `features.mix_column`, `[scope]` or the "
      "model.\n"
      "\n"
      "| NAME | columns |\n"
      "|---|---|\n";
  for (const ContractTable& table : contract_tables()) {
    std::string columns;
    for (const ContractColumn& column : table.columns) {
      columns += fmt::format("{}`{}`", columns.empty() ? "" : ", ", column.name);
    }
    page += fmt::format("| `{}` | {} |\n", table.name, columns);
  }
  return page;
}

std::string rows_part(const std::string& section) {
  std::string page =
      fmt::format("\n## [{}]\n\n{}.\n\n| key | takes | default | what it does |\n|---|---|---|---|\n",
                  section, section_titles().at(section));
  for (const OptionRow& row : option_table()) {
    if (row.section() != section) continue;
    page += fmt::format("| `{}` | {} | {} | {} |\n", row.name(), cell(option_expected(row)),
                        default_cell(row), cell(std::string(row.help)));
  }
  return page;
}

const char* kColumnsPart =
    "\n## Columns of the model\n"
    "\n"
    "An entry of `model.context` or `model.behaviour` is one of\n"
    "\n"
    "- `COLUMN`: a column of `store_features.parquet`; text is a category (in `context` only);\n"
    "- `log1p(COLUMN)`: the logarithm of one more than it, for columns with a long tail such as areas;\n"
    "- `clr(PATTERN*)`: centred log-ratios of all columns that begin so, parts of one whole such as a mix;\n"
    "- `WEIGHT * ENTRY`: the entry counts as that many ordinary columns, however many it stands for.\n"
    "\n"
    "A column that the features do not have drops out of a list, and the run says so.\n";

}  // namespace

std::string section_text(const std::string& section, const std::string& preset,
                         const std::vector<std::string>& said) {
  std::string text = fmt::format("[{}]\n", section);
  for (const OptionRow& row : option_table()) {
    if (row.section() != section) continue;
    const std::string name = row.name();
    const auto found = std::find_if(said.begin(), said.end(), [&](const std::string& line) {
      return line.starts_with(name + " =") || line.starts_with("# " + name + " =");
    });
    text += fmt::format("# {}\n", row.help);
    text += found != said.end() ? *found + "\n"
                                : fmt::format("# {} = {}\n", name, toml_text(option_default(row, preset)));
  }
  return text;
}

std::string options_page() {
  std::string page = kHead;
  for (const std::string& section : option_sections()) {
    page += section == "tables" ? tables_part() : rows_part(section);
    if (section == "model") page += kColumnsPart;
  }
  return page;
}

}  // namespace aisle
