#include "aisle/report/spreadsheet.h"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <numeric>
#include <string>

#include "aisle/base/errors.h"
#include "aisle/insight/segments_table.h"
#include "aisle/project/file_error.h"
#include "aisle/project/staged_output.h"
#include "aisle/segment/identity.h"

namespace aisle {
namespace {

constexpr std::size_t kMostRows = 1048575;  // of a worksheet, beside its header
constexpr std::size_t kWidestColumn = 42;
constexpr std::size_t kRowsBetweenLooks = 4096;
constexpr double kDaysBefore1970 = 25569;  // a worksheet counts days from 1899-12-30

std::size_t characters_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

// A workbook that is closed whatever happens; the formats that its sheets share.
class Workbook {
 public:
  explicit Workbook(const std::filesystem::path& file)
      : file_(file),
        parts_(staged_target(file).string() + ".sheets", StagedOutput::Kind::kFolder),
        folder_(parts_.path().string()) {
    lxw_workbook_options options = {};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = folder_.data();
    options.use_zip64 = LXW_TRUE;
    book_ = workbook_new_opt(file_.c_str(), &options);
    if (book_ == nullptr) fail(lxw_strerror(LXW_ERROR_MEMORY_MALLOC_FAILED));
    // Without a fixed time the file would hold the hour of its making.
    lxw_doc_properties properties = {};
    properties.created =
        static_cast<time_t>(kDaysInSeconds * 3653);  // 1980-01-01, where ZIP's own time begins
    workbook_set_properties(book_, &properties);
    head = workbook_add_format(book_);
    format_set_bold(head);
    format_set_text_wrap(head);
    format_set_align(head, LXW_ALIGN_VERTICAL_TOP);
    format_set_bottom(head, LXW_BORDER_THIN);
    wrapped = workbook_add_format(book_);
    format_set_text_wrap(wrapped);
    format_set_align(wrapped, LXW_ALIGN_VERTICAL_TOP);
    top = with_number_format("#,##0");
    format_set_align(top, LXW_ALIGN_VERTICAL_TOP);
    top_share = with_number_format("0.0%");
    format_set_align(top_share, LXW_ALIGN_VERTICAL_TOP);
    bold = workbook_add_format(book_);
    format_set_bold(bold);
  }
  ~Workbook() {
    if (book_ != nullptr) workbook_close(book_);
  }
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;

  lxw_worksheet* add_sheet(const std::string& name) {
    lxw_worksheet* sheet = workbook_add_worksheet(book_, name.c_str());
    if (sheet == nullptr) fail("the sheet '" + name + "' cannot be added");
    return sheet;
  }

  lxw_format* with_number_format(const char* pattern) {
    lxw_format* format = workbook_add_format(book_);
    format_set_num_format(format, pattern);
    return format;
  }

  void close() {
    lxw_workbook* book = book_;
    book_ = nullptr;
    errno = 0;
    const lxw_error error = workbook_close(book);
    if (error == LXW_NO_ERROR) return;
    if (errno == ENOSPC || errno == EDQUOT) throw file_error(file_, errno, FileUse::kWrite);
    fail(lxw_strerror(error));
  }

  lxw_format* head = nullptr;
  lxw_format* bold = nullptr;
  lxw_format* wrapped = nullptr;
  lxw_format* top = nullptr;
  lxw_format* top_share = nullptr;

 private:
  static constexpr long kDaysInSeconds = 86400;

  [[noreturn]] void fail(const std::string& reason) const {
    throw EnvironmentError({.where = staged_target(file_).string(),
                            .what = "cannot be written: " + reason,
                            .expected = "",
                            .remedy = "look at the space and the rights of its folder"});
  }

  std::string file_;
  // The sheets while they are written. What a killed process leaves of them goes with the next one's.
  StagedOutput parts_;
  std::string folder_;
  lxw_workbook* book_ = nullptr;
};

const char* number_pattern(const Column& column, UnitKind unit) {
  if (column.type == ColumnType::kDate) return "yyyy-mm-dd";
  if (column.type == ColumnType::kText) return "@";
  if (column.type == ColumnType::kInt64) return "#,##0";
  if (unit == UnitKind::kShare) return "0.0%";
  if (unit == UnitKind::kYears) return "0.0";
  double largest = 0;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (!column.null_at(row)) largest = std::max(largest, std::abs(column.number_at(row)));
  }
  return largest >= 1000 ? "#,##0" : "0.00";
}

// Writes rows of the stores to sheets; the formats and widths of the columns are found once.
class StoreSheets {
 public:
  StoreSheets(Workbook& book, const Table& stores, const std::vector<ExportColumn>& columns,
              const CancelFlag* cancel)
      : book_(book), stores_(stores), cancel_(cancel) {
    for (std::size_t col = 0; col < stores.n_cols(); ++col) {
      const Column& column = stores.columns()[col];
      formats_.push_back(book.with_number_format(number_pattern(column, columns[col].unit)));
      widths_.push_back(width_of(column));
    }
  }

  void add(const std::string& name, const std::vector<std::size_t>& rows) {
    lxw_worksheet* sheet = book_.add_sheet(name);
    const auto last_col = static_cast<lxw_col_t>(stores_.n_cols() - 1);
    for (lxw_col_t col = 0; col <= last_col; ++col) {
      worksheet_set_column(sheet, col, col, static_cast<double>(widths_[col]), nullptr);
    }
    worksheet_freeze_panes(sheet, 1, 1);
    worksheet_autofilter(sheet, 0, 0, static_cast<lxw_row_t>(rows.size()), last_col);
    worksheet_repeat_rows(sheet, 0, 0);
    worksheet_set_landscape(sheet);
    worksheet_fit_to_pages(sheet, 1, 0);
    for (lxw_col_t col = 0; col <= last_col; ++col) {
      worksheet_write_string(sheet, 0, col, stores_.columns()[col].name.c_str(), book_.head);
    }
    for (std::size_t at = 0; at < rows.size(); ++at) {
      if (cancel_ != nullptr && at % kRowsBetweenLooks == 0) cancel_->check();
      for (lxw_col_t col = 0; col <= last_col; ++col) {
        write_cell(sheet, static_cast<lxw_row_t>(at + 1), col, rows[at]);
      }
    }
  }

 private:
  static std::size_t width_of(const Column& column) {
    std::size_t widest = characters_of(column.name);
    const std::size_t looked_at = std::min<std::size_t>(column.size(), 1000);
    for (std::size_t row = 0; row < looked_at; ++row) {
      const bool number = column.type == ColumnType::kDouble || column.type == ColumnType::kInt64;
      widest = std::max(widest, number ? 10 : characters_of(column.text_at(row)));
    }
    return std::min(widest + 2, kWidestColumn);
  }

  void write_cell(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t col, std::size_t store) const {
    const Column& column = stores_.columns()[col];
    if (column.null_at(store)) return;
    lxw_format* format = formats_[col];
    if (column.type == ColumnType::kText) {
      write_text(sheet, row, col, column, store);
    } else if (column.type == ColumnType::kBool) {
      worksheet_write_boolean(sheet, row, col, column.ints[store] != 0 ? LXW_TRUE : LXW_FALSE, nullptr);
    } else if (column.type == ColumnType::kDate) {
      worksheet_write_number(sheet, row, col, column.number_at(store) + kDaysBefore1970, format);
    } else if (const double value = column.number_at(store); std::isfinite(value)) {
      worksheet_write_number(sheet, row, col, value, format);
    }
  }

  void write_text(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t col, const Column& column,
                  std::size_t store) const {
    const std::string& text = column.texts[store];
    const lxw_error error = worksheet_write_string(sheet, row, col, text.c_str(), formats_[col]);
    if (error == LXW_NO_ERROR) return;
    throw DataError({.where = fmt::format("column '{}', row {}", column.name, store + 1),
                     .what = fmt::format("has a text of {} characters", characters_of(text)),
                     .expected = "at most 32,767, which is what a cell of a spreadsheet holds",
                     .remedy = "export it as csv or parquet"});
  }

  Workbook& book_;
  const Table& stores_;
  const CancelFlag* cancel_;
  std::vector<lxw_format*> formats_;
  std::vector<std::size_t> widths_;
};

// The first sheet: the sentence, the verdict, the table of clusters.
void add_clusters_sheet(Workbook& book, const SegmentsSummary& summary, const NumberWords& words) {
  struct Head {
    const char* name;
    double width;
  };
  constexpr std::array<Head, 7> heads = {{{"Cluster", 9},
                                          {"Stores", 9},
                                          {"of them inferred", 10},
                                          {"Share of stores", 10},
                                          {"Revenue", 16},
                                          {"Share of revenue", 10},
                                          {"What sets it apart", 90}}};
  lxw_worksheet* sheet = book.add_sheet("Clusters");
  worksheet_write_string(sheet, 0, 0, segments_sentence(summary, words).c_str(), book.bold);
  worksheet_write_string(sheet, 1, 0, fmt::format("Verdict: {}.", grade_name(summary.verdict.grade)).c_str(),
                         nullptr);
  constexpr lxw_row_t kTable = 3;
  for (lxw_col_t col = 0; col < heads.size(); ++col) {
    worksheet_set_column(sheet, col, col, heads[col].width, nullptr);
    std::string name = heads[col].name;
    if (name == "Revenue" && !summary.currency.empty()) name += " (" + summary.currency + ")";
    worksheet_write_string(sheet, kTable, col, name.c_str(), book.head);
  }
  lxw_row_t row = kTable;
  for (const Segment& segment : summary.segments) {
    ++row;
    worksheet_write_number(sheet, row, 0, static_cast<double>(segment.cluster), book.top);
    worksheet_write_number(sheet, row, 1, static_cast<double>(segment.n_stores), book.top);
    worksheet_write_number(sheet, row, 2, static_cast<double>(segment.n_inferred), book.top);
    worksheet_write_number(sheet, row, 3, segment.share_of_stores, book.top_share);
    if (std::isfinite(segment.revenue)) worksheet_write_number(sheet, row, 4, segment.revenue, book.top);
    if (std::isfinite(segment.share_of_revenue)) {
      worksheet_write_number(sheet, row, 5, segment.share_of_revenue, book.top_share);
    }
    worksheet_write_string(sheet, row, 6, sets_apart_words(segment, words).c_str(), book.wrapped);
  }
  worksheet_freeze_panes(sheet, kTable + 1, 0);
  worksheet_set_landscape(sheet);
  worksheet_fit_to_pages(sheet, 1, 0);
}

void check_size(const Table& table, const char* what) {
  if (table.n_rows() <= kMostRows) return;
  throw InvalidInput({.where = "export --format xlsx",
                      .what = fmt::format("{} {}", table.n_rows(), what),
                      .expected = "at most 1,048,575, which is what a worksheet holds",
                      .remedy = "export them as csv or parquet"});
}

}  // namespace

void write_spreadsheet(const std::filesystem::path& file, const Table& stores,
                       const std::vector<ExportColumn>& columns, const std::vector<std::int64_t>& clusters,
                       const SegmentsSummary& summary, const NumberWords& words, const CancelFlag* cancel) {
  check_size(stores, "stores");
  std::vector<std::size_t> all(stores.n_rows());
  std::vector<std::size_t> unassigned;
  std::vector<std::int64_t> ids;
  for (const Segment& segment : summary.segments) ids.push_back(segment.cluster);
  const auto sheet_of = labels_of_ids(clusters, ids, "final_clustered_stores.parquet");
  std::vector<std::vector<std::size_t>> rows_of(ids.size());
  for (std::size_t row = 0; row < all.size(); ++row) {
    all[row] = row;
    (sheet_of[row] < 0 ? unassigned : rows_of[static_cast<std::size_t>(sheet_of[row])]).push_back(row);
  }
  Workbook book(file);
  add_clusters_sheet(book, summary, words);
  StoreSheets sheets(book, stores, columns, cancel);
  sheets.add("All stores", all);
  for (std::size_t at = 0; at < rows_of.size(); ++at) {
    sheets.add(fmt::format("Cluster {}", ids[at]), rows_of[at]);
  }
  if (!unassigned.empty()) sheets.add("In no cluster", unassigned);
  book.close();
}

void write_sheet(const std::filesystem::path& file, const std::string& sheet, const Table& table,
                 const std::vector<ExportColumn>& columns, const CancelFlag* cancel) {
  check_size(table, "rows");
  std::vector<std::size_t> all(table.n_rows());
  std::iota(all.begin(), all.end(), std::size_t{0});
  Workbook book(file);
  StoreSheets(book, table, columns, cancel).add(sheet, all);
  book.close();
}

}  // namespace aisle
