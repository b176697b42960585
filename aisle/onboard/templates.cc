#include "aisle/onboard/templates.h"

#include <fmt/format.h>

#include "aisle/base/errors.h"
#include "aisle/onboard/toml_parts.h"
#include "aisle/project/did_you_mean.h"
#include "aisle/project/option_value.h"
#include "aisle/project/options_text.h"

namespace aisle {
namespace {

const char* kOriginalHead =
    R"(# The synthetic retailer, segmented as the Python platform that aisle replaces did it.
#
#   aisle generate      makes data/raw: products, stores, three years of sales and stock
#   aisle run           checks, features, clusters; prints the segments
#
# Tables that stand in data/raw under the contract's own names need no [tables] section.

format = 1

[project]
name = "synthetic retailer"
currency = "BRL"
locale = "pt_BR"
)";

const char* kBlankHead =
    R"(# An aisle project. Put your files into data/raw under these names, as .parquet, .csv or folders of them:
#
#   fact_sales              date, store_id, product_id, qty, unit_price_at_sale (or sale_amount)
#   dim_store_management    store_id, store_name, regional, opening_date, ...
#   dim_store_physical      store_id, size_m2, placement, ...
#   dim_product             product_id, name, category, ...
#   fact_inventory          snapshot_date, store_id, product_id, qty_on_hand
#
# Only sales and a list of stores are needed; any other table or column may be missing. Then: aisle run
# `aisle init --from DIR` looks at files that are named otherwise and proposes the mapping.

format = 1

[project]
name = "store segments"
# currency = "EUR"

# Files elsewhere, columns of other names: one section a table. A column maps to a column of yours or to an
# SQL expression over yours. CSV keys that are left out are found in the file.
#
# [tables.fact_sales]
# path = "/data/exports/sales_*.csv"
# csv = { delimiter = ";", decimal = ",", encoding = "windows-1252", date_format = "%d/%m/%Y" }
# [tables.fact_sales.columns]
# date = "Data"
# store_id = "Loja"
# product_id = "Produto"
# qty = "Quantidade"
# sale_amount = "Quantidade * Preco - Desconto"
)";

const char* kIowaHead =
    R"TOML(# Liquor sales in Iowa: every sale of the State of Iowa to the stores that hold a licence. Public data of
# the State, data.iowa.gov; README.md beside this file says what the sample in data/raw holds.
#
# The State's files are read as they are: this mapping is all that it takes.

format = 1

[project]
name = "Iowa liquor stores"
currency = "USD"

[tables.fact_sales]
path = "data/raw/sales.parquet"
[tables.fact_sales.columns]
date = "Date"
store_id = "Store Number"
product_id = "Item Number"
qty = "Bottles Sold"
sale_amount = "Sale (Dollars)"    # there is no price of a bottle: the amount of the line serves

# One file of the State's holds what the contract keeps in two tables.
[tables.dim_store_management]
path = "data/raw/stores.csv"
[tables.dim_store_management.columns]
store_id = "Store"
store_name = "Name"
# The State has no sales regions. The first three digits of a ZIP code are the area of a sorting centre.
regional = "left(\"Zip Code\", 3)"

[tables.dim_store_physical]
path = "data/raw/stores.csv"
[tables.dim_store_physical.columns]
store_id = "Store"
# What kind of shop it is stands in its name alone: an SQL expression makes a column of it.
placement = """
CASE
  WHEN regexp_matches(Name, 'LIQUOR|SPIRITS|WINE|BEVERAGE|TOBACCO|SMOK|BOOZE|BOTTLE') THEN 'Liquor and tobacco'
  WHEN regexp_matches(Name, 'WALGREENS|CVS|DRUG') THEN 'Pharmacy'
  WHEN regexp_matches(Name, 'WAL-?MART|TARGET|SAM''S CLUB|COSTCO') THEN 'Big box'
  WHEN regexp_matches(Name, 'CASEY|KUM & GO|KWIK|QUIK TRIP|YESWAY|CIRCLE K|GAS|C-STORE|FAST (&|AND) FRESH') THEN 'Convenience'
  WHEN regexp_matches(Name, 'EXPRESS|MART|STOP|STAR|OIL|PRONTO|CONVENIENCE|(^| )(BP|GO)( |$)') THEN 'Convenience'
  WHEN regexp_matches(Name, 'HY-VEE|FAREWAY|FOOD|GROCER|MARKET|SUPER ?VALU') THEN 'Supermarket'
  ELSE 'Other'
END
"""
address = "Address"
city = "City"
state = "State"
latitude = "latitude"      # columns beyond the contract go along with the stores
longitude = "longitude"

[tables.dim_product]
path = "data/raw/products.csv"
[tables.dim_product.columns]
product_id = "Item Number"
name = "Item Description"
# Forty-nine categories, many with a handful of bottles, are more than a mix can tell apart: kinds of spirit.
category = """
CASE
  WHEN regexp_matches("Category Name", 'VODKA') THEN 'Vodka'
  WHEN regexp_matches("Category Name", 'WHISK|BOURBON|SCOTCH') AND "Category Name" <> 'WHISKEY LIQUEUR' THEN 'Whisky'
  WHEN regexp_matches("Category Name", 'RUM') THEN 'Rum'
  WHEN regexp_matches("Category Name", 'TEQUILA|MEZCAL') THEN 'Tequila'
  WHEN regexp_matches("Category Name", 'GIN') THEN 'Gin'
  WHEN regexp_matches("Category Name", 'BRANDIES') THEN 'Brandy'
  WHEN regexp_matches("Category Name", 'LIQUEUR|SCHNAPPS|TRIPLE SEC') THEN 'Liqueur'
  WHEN regexp_matches("Category Name", 'COCKTAILS') THEN 'Cocktails'
  ELSE 'Other'
END
"""
base_price = "State Bottle Retail"
cost = "State Bottle Cost"
vendor = "Vendor Name"
pack = "Pack"
state_category = "Category Name"
)TOML";

}  // namespace

std::string rest_of_options(const std::string& preset) {
  std::string text =
      "# Every other option, with its default. docs/options.md says more; --set section.key=value goes "
      "before.\n\n";
  text += section_text("model", preset, {fmt::format("preset = {}", toml_string(preset))});
  for (const char* section : {"features", "famd", "hdbscan", "gaussian_mixture", "kmeans", "forest",
                              "identity", "quality", "scope", "engine"}) {
    text += fmt::format("\n{}", section_text(section, preset));
  }
  return text;
}

const std::vector<std::string>& template_names() {
  static const std::vector<std::string> names = {"original", "iowa", "blank"};
  return names;
}

std::string template_toml(const std::string& name) {
  if (name == "original") return fmt::format("{}\n{}", kOriginalHead, rest_of_options("original"));
  if (name == "iowa") return fmt::format("{}\n{}", kIowaHead, rest_of_options("trading"));
  if (name == "blank") return fmt::format("{}\n{}", kBlankHead, rest_of_options("trading"));
  throw InvalidInput({"--template", "there is no template '" + name + "'", one_of(template_names()),
                      did_you_mean(name, template_names())});
}

}  // namespace aisle
