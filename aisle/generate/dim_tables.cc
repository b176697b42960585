#include "aisle/generate/dim_tables.h"

#include <algorithm>

namespace aisle::generate {
namespace {

// The letters A to Z of the words in capitals; others, accented ones among them, stay.
std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  for (char& letter : capitals) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return capitals;
}

// One row for each item and, where `rows_of_item` says so, none or two.
RowProducer item_rows(std::uint64_t n_items, std::function<int(std::uint64_t item)> rows_of_item,
                      std::function<void(RowBlock&, std::size_t row, std::uint64_t item, int copy)> write) {
  return [=, item = std::uint64_t{0}](RowBlock& block) mutable {
    std::size_t count = 0;
    for (; item < n_items && count + 2 <= block.capacity(); ++item) {
      const int n_rows = rows_of_item(item);
      for (int copy = 0; copy < n_rows; ++copy) write(block, count++, item, copy);
    }
    return count;
  };
}

int one_row(std::uint64_t) {
  return 1;
}

void write_product(RowBlock& block, std::size_t row, const Retailer& retailer, std::uint64_t item,
                   DirtKind kind, int copy) {
  const Product& product = retailer.products[item];
  std::string category(retailer.words->categories[static_cast<std::size_t>(product.category)]);
  if (kind == DirtKind::kCategorySpelling) category = in_capitals(category).insert(0, 1, ' ');
  block.copy_text(0, row, product.id);
  block.copy_text(1, row, product.name);
  block.copy_text(2, row, category);
  block.doubles(3)[row] = money(copy == 0 ? product.price : product.price + 1000);
  block.doubles(4)[row] = money(product.cost);
  if (kind == DirtKind::kNullCategory) block.set_null(2, row);
}

double size_as_written(const Store& store, DirtKind kind) {
  if (kind == DirtKind::kSizeZero) return 0.0;
  if (kind == DirtKind::kSizeNegative) return -store.size_m2;
  return kind == DirtKind::kSizeAbsurd ? store.size_m2 * 10'000.0 : store.size_m2;
}

void write_physical(RowBlock& block, std::size_t row, const Store& store, const StoreTexts& texts,
                    DirtKind kind) {
  const char* placement = kPlacementNames[static_cast<std::size_t>(store.placement)];
  block.copy_text(0, row, texts.id);
  block.doubles(1)[row] = size_as_written(store, kind);
  block.copy_text(
      2, row, kind == DirtKind::kPlacementSpelling ? in_capitals(placement) + " " : std::string(placement));
  block.doubles(3)[row] = store.storage_m2;
  block.copy_text(4, row, texts.address);
  block.copy_text(5, row, texts.city);
  block.copy_text(6, row, texts.state);
  const bool planted_size =
      kind == DirtKind::kSizeZero || kind == DirtKind::kSizeNegative || kind == DirtKind::kSizeAbsurd;
  if (!store.size_known && !planted_size) block.set_null(1, row);
}

const char* other_tier(Tier tier) {
  return tier == Tier::kC ? "B" : "C";
}

void write_managed(RowBlock& block, std::size_t row, const Retailer& retailer, const Store& store,
                   DirtKind kind, int copy) {
  const StoreTexts texts = texts_of(retailer, store);
  block.copy_text(0, row, texts.id);
  block.copy_text(1, row, texts.name);
  block.copy_text(2, row, texts.region);
  block.copy_text(3, row, copy == 0 ? tier_name(store.tier) : other_tier(store.tier));
  const std::int32_t traded_from = std::max(store.opening_day, retailer.window.first_monday);
  block.dates(4)[row] = kind == DirtKind::kOpeningDateTooLate ? traded_from + 60 : store.opening_day;
  if (kind == DirtKind::kNullOpeningDate) block.set_null(4, row);
  if (retailer.closed_share <= 0.0) return;
  const bool open = store.closing_day == kStillOpen;
  block.dates(5)[row] = open ? 0 : store.closing_day;
  if (open) block.set_null(5, row);
}

bool is_of_physical(DirtKind kind) {
  return kind == DirtKind::kSizeZero || kind == DirtKind::kSizeNegative || kind == DirtKind::kSizeAbsurd ||
         kind == DirtKind::kPlacementSpelling || kind == DirtKind::kNotInPhysical;
}

bool is_of_management(DirtKind kind) {
  return kind == DirtKind::kNullOpeningDate || kind == DirtKind::kOpeningDateTooLate ||
         kind == DirtKind::kNotInManagement || kind == DirtKind::kStoreTwice;
}

// What a table's stores have planted, in the order of the stores.
void plant_stores(const Retailer& retailer, const DirtPlan& dirt, bool (*is_of_table)(DirtKind),
                  DirtLog& planted) {
  if (!dirt.active()) return;
  for (std::uint64_t store = 0; store < static_cast<std::uint64_t>(retailer.options.n_stores); ++store) {
    const DirtKind kind = dirt.of_store(store);
    if (is_of_table(kind)) planted.add(kind, store_id(retailer, store));
  }
}

}  // namespace

std::int64_t write_products(ParquetStream& stream, const std::filesystem::path& file,
                            const Retailer& retailer, const DirtPlan& dirt, DirtLog& planted) {
  const auto n_products = static_cast<std::uint64_t>(retailer.products.size());
  for (std::uint64_t product = 0; product < n_products; ++product) {
    const DirtKind kind = dirt.of_product(product);
    if (kind != DirtKind::kNone) planted.add(kind, retailer.products[product].id);
  }
  return stream.write(
      file,
      {{"product_id", StreamType::kText},
       {"name", StreamType::kText},
       {"category", StreamType::kText},
       {"base_price", StreamType::kDouble},
       {"cost", StreamType::kDouble}},
      item_rows(
          n_products,
          [&](std::uint64_t item) { return dirt.of_product(item) == DirtKind::kProductTwice ? 2 : 1; },
          [&](RowBlock& block, std::size_t row, std::uint64_t item, int copy) {
            write_product(block, row, retailer, item, dirt.of_product(item), copy);
          }));
}

std::int64_t write_physical_stores(ParquetStream& stream, const std::filesystem::path& file,
                                   const Retailer& retailer, const DirtPlan& dirt, DirtLog& planted) {
  plant_stores(retailer, dirt, is_of_physical, planted);
  return stream.write(
      file,
      {{"store_id", StreamType::kText},
       {"size_m2", StreamType::kDouble},
       {"placement", StreamType::kText},
       {"storage_capacity_m2", StreamType::kDouble},
       {"address", StreamType::kText},
       {"city", StreamType::kText},
       {"state", StreamType::kText}},
      item_rows(
          static_cast<std::uint64_t>(retailer.options.n_stores),
          [&](std::uint64_t item) { return dirt.of_store(item) == DirtKind::kNotInPhysical ? 0 : 1; },
          [&](RowBlock& block, std::size_t row, std::uint64_t item, int) {
            const Store store = make_store(retailer, item);
            write_physical(block, row, store, texts_of(retailer, store), dirt.of_store(item));
          }));
}

std::int64_t write_managed_stores(ParquetStream& stream, const std::filesystem::path& file,
                                  const Retailer& retailer, const DirtPlan& dirt, DirtLog& planted) {
  plant_stores(retailer, dirt, is_of_management, planted);
  std::vector<StreamColumn> columns = {{"store_id", StreamType::kText},
                                       {"store_name", StreamType::kText},
                                       {"regional", StreamType::kText},
                                       {"current_cluster_label", StreamType::kText},
                                       {"opening_date", StreamType::kDate}};
  if (retailer.closed_share > 0.0) columns.push_back({"closing_date", StreamType::kDate});
  return stream.write(
      file, columns,
      item_rows(
          static_cast<std::uint64_t>(retailer.options.n_stores),
          [&](std::uint64_t item) {
            const DirtKind kind = dirt.of_store(item);
            return kind == DirtKind::kNotInManagement ? 0 : kind == DirtKind::kStoreTwice ? 2 : 1;
          },
          [&](RowBlock& block, std::size_t row, std::uint64_t item, int copy) {
            write_managed(block, row, retailer, make_store(retailer, item), dirt.of_store(item), copy);
          }));
}

std::int64_t write_store_archetypes(ParquetStream& stream, const std::filesystem::path& file,
                                    const Retailer& retailer) {
  return stream.write(file, {{"store_id", StreamType::kText}, {"archetype", StreamType::kInt64}},
                      item_rows(static_cast<std::uint64_t>(retailer.options.n_stores), one_row,
                                [&](RowBlock& block, std::size_t row, std::uint64_t item, int) {
                                  block.copy_text(0, row, store_id(retailer, item));
                                  block.ints(1)[row] =
                                      archetype_of_store(retailer.options.seed, retailer.archetypes, item);
                                }));
}

}  // namespace aisle::generate
