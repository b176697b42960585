#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "aisle/base/table.h"
#include "aisle/generate/draws.h"
#include "aisle/generate/fact_files.h"

namespace aisle::generate {
namespace {

// The stores of a file and, within each, the weeks: what both fact tables walk through. `Row` is a row before
// it is written.
template <typename Row>
class StoreWeeks : public FactRows {
 public:
  StoreWeeks(const FactContext& context, const FactFile& file, std::function<void()> store_done)
      : context_(context), file_(file), store_done_(std::move(store_done)), trading_(context.retailer) {}

  std::size_t fill(RowBlock& block) final {
    std::size_t count = 0;
    while (count < block.capacity()) {
      if (row_ == rows_.size() && !next_week()) break;
      if (row_ < rows_.size()) write(block, count++, rows_[row_++]);
    }
    return count;
  }

 protected:
  // Fills rows_ with those of the next week in the file, none perhaps; false at the end.
  virtual bool next_week() = 0;
  virtual void write(RowBlock& block, std::size_t row, const Row& from) const = 0;

  // Moves to the next store that was open on a day of the file; false when there is none left.
  bool next_store() {
    const auto n_stores = static_cast<std::uint64_t>(context_.retailer.options.n_stores);
    while (next_ < n_stores) {
      store_ = make_store(context_.retailer, next_++);
      store_done_();
      if (store_.opening_day > file_.last_day || store_.closing_day < file_.first_day) continue;
      trading_.open(store_);
      return true;
    }
    return false;
  }

  // "2024-05-06 STORE PRODUCT", for the list of what was planted.
  std::string key_of(std::int32_t day, std::uint32_t product) const {
    return fmt::format("{} {} {}", format_date(day), store_id(context_.retailer, store_.index),
                       context_.retailer.products[product].id);
  }
  void plant(DirtKind kind, std::int32_t day, std::uint32_t product) {
    planted_.add(kind, planted_.wants_key(kind) ? key_of(day, product) : "");
  }
  // An id that no table has; which of the few follows from the row.
  static std::size_t unknown_id(std::size_t n_known, std::uint32_t row) {
    return n_known + row % kUnknownIds;
  }

  const FactContext& context_;
  const FactFile& file_;
  std::function<void()> store_done_;
  std::uint64_t next_ = 0;
  Store store_;
  StoreTrading trading_;
  std::vector<Row> rows_;  // of the week
  std::size_t row_ = 0;    // the next to be written
};

struct SalesRow {
  SaleLine line;
  DirtKind dirt = DirtKind::kNone;
};

class SalesRows final : public StoreWeeks<SalesRow> {
 public:
  using StoreWeeks::StoreWeeks;

 private:
  bool next_week() override {
    rows_.clear();
    row_ = 0;
    if (monday_ > file_.last_day) {
      if (!next_store()) return false;
      monday_ = monday_of(file_.first_day);
    }
    trading_.make_week(monday_);
    if (context_.dirt.active()) {
      add_rows_with_dirt();
    } else {
      for (const SaleLine& line : trading_.lines()) {
        if (in_file(line.day)) rows_.push_back({line, DirtKind::kNone});
      }
    }
    monday_ += 7;
    return true;
  }

  bool in_file(std::int32_t day) const { return day >= file_.first_day && day <= file_.last_day; }

  // A row's dirt is drawn for every line of the week, in the file or not: a week that two months share has
  // one sequence of draws.
  void add_rows_with_dirt() {
    RandomDraws draws = draws_of(context_.retailer.options.seed, Stream::kSalesDirt,
                                 store_week(store_.index, week_number(monday_)));
    for (const SaleLine& line : trading_.lines()) {
      const DirtKind kind = context_.dirt.of_sale(draws);
      if (!in_file(line.day)) continue;
      const DirtKind day = context_.dirt.of_day(line.day);
      if (day == DirtKind::kMissingDay ||
          (day == DirtKind::kHalfLoadedDay && context_.dirt.lost_on_half_loaded_day(store_.index))) {
        planted_.add(day, format_date(line.day));
        continue;
      }
      if (kind != DirtKind::kNone) plant(kind, line.day, line.product);
      rows_.push_back({line, kind});
      if (kind == DirtKind::kDuplicateSale) rows_.push_back({line, kind});
    }
  }

  void write(RowBlock& block, std::size_t row, const SalesRow& from) const override {
    const SaleLine& line = from.line;
    const std::size_t price = std::size_t{line.product} * kDiscounts + line.discount;
    block.dates(0)[row] = line.day;
    block.texts(1)[row] = context_.store_ids.handle(store_.index);
    block.texts(2)[row] = context_.product_ids.handle(line.product);
    block.ints(3)[row] = line.quantity;
    block.doubles(4)[row] = context_.unit_prices[price];
    block.doubles(5)[row] = money(context_.profits[price] * line.quantity);
    if (from.dirt != DirtKind::kNone) spoil(block, row, from);
  }

  void spoil(RowBlock& block, std::size_t row, const SalesRow& from) const {
    switch (from.dirt) {
      case DirtKind::kReturn:
        block.ints(3)[row] = -block.ints(3)[row];
        block.doubles(5)[row] = -block.doubles(5)[row];
        break;
      case DirtKind::kUnknownProduct:
        block.texts(2)[row] =
            context_.product_ids.handle(unknown_id(context_.retailer.products.size(), from.line.product));
        break;
      case DirtKind::kUnknownStore:
        block.texts(1)[row] = context_.store_ids.handle(
            unknown_id(static_cast<std::size_t>(context_.retailer.options.n_stores), from.line.product));
        break;
      case DirtKind::kNullProduct:
        block.set_null(2, row);
        break;
      case DirtKind::kNullStore:
        block.set_null(1, row);
        break;
      case DirtKind::kNullPrice:
        block.set_null(4, row);
        break;
      case DirtKind::kNanPrice:
        block.doubles(4)[row] = std::numeric_limits<double>::quiet_NaN();
        break;
      case DirtKind::kPriceTimesHundred:
        block.doubles(4)[row] = std::floor(block.doubles(4)[row] * 100.0 + 0.5);
        break;
      default:
        break;
    }
  }

  std::int32_t monday_ = std::numeric_limits<std::int32_t>::max();
};

struct InventoryRow {
  std::uint32_t product = 0;
  std::int64_t on_hand = 0;
  DirtKind dirt = DirtKind::kNone;
};

class InventoryRows final : public StoreWeeks<InventoryRow> {
 public:
  InventoryRows(const FactContext& context, const FactFile& file, std::function<void()> store_done)
      : StoreWeeks(context, file, std::move(store_done)), sold_before_(context.retailer.products.size()) {}

 private:
  // Keeps what the week that trading_ holds sold, for the count of the Monday after it.
  void remember_sales() {
    for (const SaleLine& line : lines_before_) sold_before_[line.product] = 0;
    lines_before_ = trading_.lines();
    for (const SaleLine& line : lines_before_) sold_before_[line.product] += line.quantity;
  }

  bool start_store() {
    if (!next_store()) return false;
    // The first Monday in the file.
    monday_ = monday_of(file_.first_day + 6);
    trading_.make_week(monday_ - 7);
    return true;
  }

  bool next_week() override {
    rows_.clear();
    row_ = 0;
    if (monday_ > file_.last_day && !start_store()) return false;
    if (monday_ > file_.last_day) return true;
    remember_sales();
    trading_.make_week(monday_);
    if (store_.trades_on(monday_)) add_rows();
    snapshot_ = monday_;
    monday_ += 7;
    return true;
  }

  void add_rows() {
    RandomDraws draws = draws_of(context_.retailer.options.seed, Stream::kInventoryDirt,
                                 store_week(store_.index, week_number(monday_)));
    for (const std::uint32_t product : trading_.assortment()) {
      const DirtKind kind = context_.dirt.active() ? context_.dirt.of_stock(draws) : DirtKind::kNone;
      rows_.push_back({product, trading_.level(product) - sold_before_[product], kind});
      if (kind == DirtKind::kNone) continue;
      plant(kind, monday_, product);
      if (kind == DirtKind::kDuplicateStock) rows_.push_back(rows_.back());
    }
  }

  void write(RowBlock& block, std::size_t row, const InventoryRow& from) const override {
    std::size_t product = from.product;
    if (from.dirt == DirtKind::kUnknownStockProduct) {
      product = unknown_id(context_.retailer.products.size(), from.product);
    }
    block.dates(0)[row] = snapshot_;
    block.texts(1)[row] = context_.store_ids.handle(store_.index);
    block.texts(2)[row] = context_.product_ids.handle(product);
    block.ints(3)[row] = from.dirt == DirtKind::kNegativeStock ? -from.on_hand - 1 : from.on_hand;
  }

  std::vector<std::int64_t> sold_before_;
  std::vector<SaleLine> lines_before_;
  std::int32_t monday_ = std::numeric_limits<std::int32_t>::max();
  std::int32_t snapshot_ = 0;
};

// A few sales with a wrong year.
class FutureSalesRows final : public FactRows {
 public:
  FutureSalesRows(const FactContext& context, const FactFile& file, std::function<void()> store_done)
      : context_(context), file_(file), store_done_(std::move(store_done)) {}

  std::size_t fill(RowBlock& block) override {
    std::size_t count = 0;
    for (; count < block.capacity() && next_ < context_.dirt.n_future_sales(); ++count, ++next_) {
      write(block, count);
    }
    // Its rows are not in the order of stores: all are done at once.
    for (; n_done_ < context_.retailer.options.n_stores; ++n_done_) store_done_();
    return count;
  }

 private:
  void write(RowBlock& block, std::size_t row) {
    const Retailer& retailer = context_.retailer;
    RandomDraws draws =
        draws_of(retailer.options.seed, Stream::kFutureSale, static_cast<std::uint64_t>(next_));
    const std::uint32_t store = draws.below(static_cast<std::uint32_t>(retailer.options.n_stores));
    const std::uint32_t product = draws.below(static_cast<std::uint32_t>(retailer.options.n_products));
    const auto n_days = static_cast<std::uint32_t>(file_.last_day - file_.first_day + 1);
    const std::int32_t day = file_.first_day + static_cast<std::int32_t>(draws.below(n_days));
    const std::size_t price = std::size_t{product} * kDiscounts;
    block.dates(0)[row] = day;
    block.texts(1)[row] = context_.store_ids.handle(store);
    block.texts(2)[row] = context_.product_ids.handle(product);
    block.ints(3)[row] = 1;
    block.doubles(4)[row] = context_.unit_prices[price];
    block.doubles(5)[row] = money(context_.profits[price]);
    planted_.add(DirtKind::kFutureDate, fmt::format("{} {} {}", format_date(day), store_id(retailer, store),
                                                    retailer.products[product].id));
  }

  const FactContext& context_;
  const FactFile& file_;
  std::function<void()> store_done_;
  int next_ = 0;
  int n_done_ = 0;
};

}  // namespace

std::unique_ptr<FactRows> rows_of(const FactContext& context, const FactFile& file,
                                  std::function<void()> store_done) {
  switch (file.kind) {
    case FactKind::kSales:
      return std::make_unique<SalesRows>(context, file, std::move(store_done));
    case FactKind::kInventory:
      return std::make_unique<InventoryRows>(context, file, std::move(store_done));
    case FactKind::kFutureSales:
      return std::make_unique<FutureSalesRows>(context, file, std::move(store_done));
  }
  return nullptr;
}

}  // namespace aisle::generate
