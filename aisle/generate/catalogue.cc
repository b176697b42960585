#include "aisle/generate/catalogue.h"

#include <fmt/format.h>

#include <cmath>

#include "aisle/generate/draws.h"

namespace aisle::generate {

std::string make_identifier(std::uint64_t seed, std::uint32_t stream, std::uint64_t item) {
  RandomDraws draws(seed, stream, item);
  const std::uint32_t a = draws.bits();
  const std::uint32_t b = draws.bits();
  const std::uint32_t c = draws.bits();
  const std::uint32_t d = draws.bits();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", a, b >> 16, b & 0xfff,
                     0x8000 | ((c >> 16) & 0x3fff), c & 0xffff, d);
}

std::vector<Product> make_catalogue(std::uint64_t seed, int n_products, const Words& words) {
  std::vector<Product> products(static_cast<std::size_t>(n_products));
  for (std::size_t index = 0; index < products.size(); ++index) {
    Product& product = products[index];
    RandomDraws draws = draws_of(seed, Stream::kProduct, index);
    product.category = static_cast<int>(draws.below(kCategories));
    product.price = std::llround(draws.uniform(3000.0, 20000.0));
    product.cost = std::llround(static_cast<double>(product.price) * draws.uniform(0.2, 0.6));
    const auto colour = words.colours[draws.below(static_cast<std::uint32_t>(words.colours.size()))];
    const auto material = words.materials[draws.below(static_cast<std::uint32_t>(words.materials.size()))];
    product.name = product_name(words, words.categories[static_cast<std::size_t>(product.category)], colour,
                                material, index + 1);
    product.id = make_identifier(seed, static_cast<std::uint32_t>(Stream::kProductId), index);
  }
  return products;
}

}  // namespace aisle::generate
