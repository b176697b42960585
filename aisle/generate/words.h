// The words of a locale: regions, cities, streets, categories. Places are real; streets, products and stores
// are made of common words and name no person and no company.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aisle/generate/generate.h"

namespace aisle::generate {

struct StateWords {
  std::string_view code;
  std::vector<std::string_view> cities;
};

struct RegionWords {
  std::string_view name;
  std::vector<StateWords> states;
};

struct Words {
  Locale locale;
  std::vector<RegionWords> regions;
  std::vector<std::string_view> categories;
  std::vector<std::string_view> colours;
  std::vector<std::string_view> materials;
  std::vector<std::string_view> street_kinds;
  std::vector<std::string_view> street_names;
  int first_summer_month;  // 1 .. 12; summer has three months
};

constexpr int kCategories = 5;
constexpr int kRegions = 5;

const Words& words_of(Locale locale);

std::string store_name(const Words& words, std::string_view city, std::uint64_t number);
std::string product_name(const Words& words, std::string_view category, std::string_view colour,
                         std::string_view material, std::uint64_t number);
std::string street_address(const Words& words, std::string_view kind, std::string_view street,
                           std::uint32_t number, std::string_view city, std::string_view state);

}  // namespace aisle::generate
