#include "aisle/onboard/known_names.h"

#include <algorithm>
#include <map>

#include "aisle/onboard/column_names.h"

namespace aisle {
namespace {

// Phrases between bars. A phrase that ends in "?" also means other things: it counts for less.
struct KnownName {
  std::string_view tables;  // space between names; a column of several tables
  std::string_view column;
  std::string_view phrases;
};

constexpr std::string_view kAnyStoreTable =
    "fact_sales fact_inventory dim_store_management dim_store_physical";
constexpr std::string_view kAnyProductTable = "fact_sales fact_inventory dim_product";
constexpr std::string_view kStoreTables = "dim_store_management dim_store_physical";

constexpr KnownName kKnownNames[] = {
    {kAnyStoreTable, "store_id",
     "store id|store|store number|store no|store nr|store code|store key|shop|shop id|shop "
     "code|branch|branch id|"
     "branch code|outlet|outlet id|location id|site id|site|loja|cod loja|codigo loja|id loja|numero loja|"
     "loja id|filial|cod filial|codigo filial|id filial|pdv|ponto venda|tienda|cod tienda|codigo tienda|id "
     "tienda|"
     "sucursal|id sucursal|codigo sucursal|almacen?|punto venta|filiale|filial nr|filialnummer|filialnr|"
     "filiale nr|markt|marktnummer|markt nr|laden|ladennummer|geschaft|standort?|werks?|location?"},
    {kStoreTables, "store_id", "id?|code?|number?|codigo?|cod?|numero?|nr?|nummer?|no?|key?"},
    {kAnyProductTable, "product_id",
     "product id|product|product number|product code|product key|item id|item|item number|item no|item "
     "code|sku|"
     "sku id|article|article id|article number|article code|upc|ean|gtin|barcode|plu|stock code|produto|"
     "cod produto|codigo produto|id produto|codigo item|codigo barras|producto|cod producto|codigo producto|"
     "id producto|articulo|codigo articulo|id articulo|artikel|artikelnummer|artikelnr|artikel nr|artikel id|"
     "material|materialnummer|produkt|produktnummer|produkt id|referencia?"},
    {"dim_product", "product_id", "id?|code?|number?|codigo?|cod?|numero?|nr?|nummer?|no?|key?"},
    {"fact_sales", "date",
     "date|sale date|sales date|transaction date|order date|invoice date|business date|day|ticket date|data|"
     "data venda|dt venda|data movimento|data emissao|dia|fecha|fecha venta|fecha "
     "factura|datum|verkaufsdatum|"
     "belegdatum|buchungsdatum|tag|kaufdatum|timestamp?|datetime?|period?|week?|semana?|woche?|mes?|month?"},
    {"fact_sales", "qty",
     "qty|quantity|quantity sold|qty sold|units|units sold|pieces|bottles sold|items sold|sales units|sales "
     "qty|"
     "volume?|count?|quantidade|qtd|qtde|quant|quantidade vendida|qtd vendida|unidades|unidades "
     "vendidas|pecas|"
     "itens|cantidad|cantidad "
     "vendida|cant|uds|menge|anzahl|stuck|stueck|stuckzahl|verkaufsmenge|absatz|absatzmenge"},
    {"fact_sales", "unit_price_at_sale",
     "unit price at sale|unit price|price|price per unit|sale price|selling price|price each|item price|"
     "preco unitario|preco|preco venda|valor unitario|vlr unitario|vl unit|precio unitario|precio|precio "
     "venta|"
     "pvp|preis|einzelpreis|stuckpreis|stueckpreis|verkaufspreis|vk preis|vk"},
    {"fact_sales", "sale_amount",
     "sale amount|sales amount|amount|sale dollars|sales dollars|sales|sale|revenue|turnover|total|total "
     "amount|line total|"
     "total price|net sales|gross sales|sales value|extended price|value?|net amount|valor total|valor "
     "venda|valor|"
     "vlr total|vl total|total venda|faturamento|receita|venda|vendas|venda liquida|valor liquido|importe|"
     "importe total|monto|venta|ventas|ingresos|total "
     "venta|umsatz|nettoumsatz|bruttoumsatz|betrag|gesamtbetrag|"
     "gesamtpreis|summe|erlos|erloes|wert?"},
    {"fact_sales", "profit_at_sale",
     "profit at sale|profit|margin|gross profit|gross margin|margin amount|lucro|margem|lucro bruto|margem "
     "valor|"
     "beneficio|ganancia|margen|utilidad|gewinn|rohertrag|ertrag|marge|deckungsbeitrag"},
    {"fact_inventory", "snapshot_date",
     "snapshot date|date|inventory date|stock date|count date|day|data|data estoque|data inventario|data "
     "saldo|dia|"
     "data posicao|fecha|fecha inventario|fecha stock|datum|bestandsdatum|inventurdatum|stichtag|tag|week?"},
    {"fact_inventory", "qty_on_hand",
     "qty on hand|quantity on hand|on hand|stock|stock qty|stock quantity|inventory|inventory "
     "qty|qty?|quantity?|"
     "stock level|soh|units on hand|estoque|qtd estoque|quantidade estoque|saldo|saldo estoque|estoque atual|"
     "quantidade?|qtd?|existencias|existencia|inventario|stock actual|cantidad?|cantidad "
     "stock|bestand|bestandsmenge|"
     "lagerbestand|menge?|anzahl?|lagermenge"},
    {"dim_store_management", "store_name",
     "store name|name|shop name|branch name|outlet name|location name|site name|store description|store|nome "
     "loja|"
     "nome|nome filial|nome fantasia|loja nome|loja|filial nome|descricao loja|nombre tienda|nombre|nombre "
     "sucursal|"
     "tienda nombre|filialname|filialbezeichnung|marktname|ladenname|bezeichnung|filial name|standortname"},
    {"dim_store_management", "regional",
     "regional|region|sales region|district|area|territory|zone|division|county?|regiao|gerencia "
     "regional|distrito|"
     "zona|area regional|delegacion|gebiet|bezirk|verkaufsgebiet|vertriebsgebiet|regionalgebiet|market area"},
    {"dim_store_management", "current_cluster_label",
     "current cluster label|cluster|current cluster|store cluster|segment|store segment|grade|store "
     "grade|tier|"
     "store tier|store class|cluster atual|segmento|classe loja|clase tienda|grupo "
     "loja?|filialklasse|cluster actual|"
     "filialgruppe?"},
    {"dim_store_management", "opening_date",
     "opening date|open date|opened|date opened|opened on|start date|store open date|data abertura|abertura|"
     "data inauguracao|inauguracao|dt abertura|fecha apertura|apertura|fecha inauguracion|eroffnung|"
     "eroffnungsdatum|eroffnet|eroffnet am|eroeffnungsdatum|eroeffnung"},
    {"dim_store_management", "closing_date",
     "closing date|close date|closed|date closed|closed on|store close date|data fechamento|fechamento|"
     "data encerramento|encerramento|fecha "
     "cierre|cierre|schliessung|schliessungsdatum|geschlossen|geschlossen am"},
    {"dim_store_physical", "size_m2",
     "size m2|size|area m2|sales area|selling area|floor area|floor space|square meters|square metres|sqm|m2|"
     "store size|store area|selling space|metragem|area venda|area loja|area|tamanho|tamanho m2|metros "
     "quadrados|"
     "superficie|superficie venta|tamano|sqft|sq ft|square feet|square footage|size sqft|floor area sqft|"
     "flache|verkaufsflache|verkaufsflaeche|flaeche|qm|flache qm|quadratmeter"},
    {"dim_store_physical", "placement",
     "placement|store type|type|format|store format|location type|channel|tipo loja|tipo|formato|formato "
     "loja|"
     "localizacao|tipo local|canal|tipo tienda|formato tienda|ubicacion|emplazamiento|lage|lagetyp|filialtyp|"
     "vertriebslinie|standorttyp|ladentyp|filialformat|markttyp|banner?|chain?"},
    {"dim_store_physical", "storage_capacity_m2",
     "storage capacity m2|storage|storage area|storage capacity|backroom|backroom area|storage m2|stockroom|"
     "area estoque|deposito|area deposito|estoque m2|capacidade estoque|almacen|area almacen|superficie "
     "almacen|"
     "lagerflache|lagerflaeche|lager|lager qm|lager m2"},
    {"dim_store_physical", "address",
     "address|street|street address|store address|endereco|logradouro|rua|direccion|calle|domicilio|adresse|"
     "strasse|anschrift|strasse hausnummer"},
    {"dim_store_physical", "city",
     "city|town|store "
     "city|municipality|cidade|municipio|localidade|ciudad|poblacion|localidad|stadt|ort|gemeinde"},
    {"dim_store_physical", "state",
     "state|province|store state|state code|estado|uf|provincia|departamento|bundesland|land|kanton|county?"},
    {"dim_product", "name",
     "name|product name|item name|item description|product description|description|article name|title|nome|"
     "nome produto|descricao|descricao produto|produto nome|produto|descricao item|nombre|nombre producto|"
     "descripcion|descripcion "
     "producto|producto|bezeichnung|artikelbezeichnung|artikelname|produktname|artikeltext|"
     "beschreibung"},
    {"dim_product", "category",
     "category|category name|product category|department|product group|family|subcategory|class|product "
     "type|group|"
     "categoria|nome categoria|departamento|familia|grupo|secao|linha|grupo "
     "produto|subcategoria|seccion|linea|"
     "kategorie|warengruppe|artikelgruppe|produktgruppe|sortiment|hauptwarengruppe|rayon|product line|type?"},
    {"dim_product", "base_price",
     "base price|price|list price|retail price|unit price|msrp|rrp|retail|bottle retail|regular price|preco "
     "base|"
     "preco|preco tabela|preco venda|preco lista|preco unitario|precio base|precio|precio lista|pvp|precio "
     "venta|"
     "preis|listenpreis|grundpreis|verkaufspreis|vk|uvp"},
    {"dim_product", "cost",
     "cost|unit cost|cost price|bottle cost|purchase price|cogs|standard cost|custo|preco custo|custo "
     "unitario|"
     "custo medio|coste|costo|precio coste|precio costo|costo "
     "unitario|kosten|einkaufspreis|einstandspreis|ek|"
     "ek preis"},
};

struct KnownFile {
  std::string_view tables;
  std::string_view phrases;
};

constexpr KnownFile kKnownFiles[] = {
    {"fact_sales",
     "sales|sale|fact sales|transactions|transaction|tickets|receipts|pos|orders|invoices|order "
     "lines|vendas|venda|"
     "cupons|fato "
     "vendas|movimento|ventas|venta|facturas|umsatz|umsatze|umsaetze|verkauf|verkaufe|verkaeufe|bons|"
     "absatz|kassenbons"},
    {"fact_inventory",
     "inventory|fact inventory|stock|stocks|stock "
     "levels|estoque|estoques|saldo|inventario|existencias|bestand|"
     "bestande|bestaende|lagerbestand|lager"},
    {"dim_product",
     "products|product|items|item|articles|article|sku|skus|catalog|catalogue|assortment|dim "
     "product|produtos|"
     "produto|itens|catalogo|productos|producto|articulos|artikel|produkte|produkt|sortiment|warenstamm|"
     "artikelstamm"},
    {"dim_store_management dim_store_physical",
     "stores|store|shops|shop|branches|branch|outlets|locations|sites|dim "
     "store|lojas|loja|filiais|filial|tiendas|"
     "tienda|sucursales|filialen|filiale|markte|maerkte|laden|standorte|filialstamm"},
    {"dim_store_management", "dim store management|store management|gestao lojas"},
    {"dim_store_physical", "dim store physical|store physical|store sizes|areas|flachen|flaechen"},
};

struct KnownExtra {
  ExtraColumn extra;
  std::string_view phrases;
};

constexpr KnownExtra kKnownExtras[] = {
    {{"dim_store_physical", "latitude", true}, "latitude|lat|breitengrad|geo lat"},
    {{"dim_store_physical", "longitude", true}, "longitude|lon|lng|long|laengengrad|langengrad|geo lon"},
    {{"dim_store_physical", "postcode", false},
     "zip code|zip|zipcode|postal code|postcode|post code|cep|codigo postal|cp|plz|postleitzahl"},
    {{"dim_product", "brand", false}, "brand|brand name|marca|marke|markenname"},
    {{"dim_product", "vendor", false},
     "vendor name|vendor|supplier|supplier "
     "name|manufacturer|fornecedor|fabricante|proveedor|lieferant|hersteller"},
    {{"dim_product", "pack", false}, "pack|pack size|package|embalagem|envase|packung|gebinde|verpackung"},
};

constexpr double kAmbiguous = 0.6;

struct Phrase {
  std::vector<std::string> words;
  double weight;
};

std::vector<Phrase> parse_phrases(std::string_view text) {
  std::vector<Phrase> phrases;
  while (!text.empty()) {
    const std::size_t bar = std::min(text.find('|'), text.size());
    std::string_view phrase = text.substr(0, bar);
    text.remove_prefix(std::min(bar + 1, text.size()));
    const bool ambiguous = phrase.ends_with('?');
    if (ambiguous) phrase.remove_suffix(1);
    phrases.push_back({words_of(phrase), ambiguous ? kAmbiguous : 1.0});
  }
  return phrases;
}

// The phrases of every list above, cut into words once.
const std::vector<Phrase>& phrases_of(std::string_view text) {
  static const std::map<std::string_view, std::vector<Phrase>> all = [] {
    std::map<std::string_view, std::vector<Phrase>> made;
    for (const KnownName& known : kKnownNames) made[known.phrases] = parse_phrases(known.phrases);
    for (const KnownFile& known : kKnownFiles) made[known.phrases] = parse_phrases(known.phrases);
    for (const KnownExtra& known : kKnownExtras) made[known.phrases] = parse_phrases(known.phrases);
    return made;
  }();
  return all.at(text);
}

// The best likeness of a name to one of the phrases.
double best_phrase(std::string_view text, const std::vector<std::string>& words) {
  double best = 0;
  for (const Phrase& phrase : phrases_of(text)) {
    best = std::max(best, name_likeness(words, phrase.words) * phrase.weight);
  }
  return best;
}

bool names_table(std::string_view tables, std::string_view table) {
  const std::size_t at = tables.find(table);
  if (at == std::string_view::npos) return false;
  const std::size_t end = at + table.size();
  return (at == 0 || tables[at - 1] == ' ') && (end == tables.size() || tables[end] == ' ');
}

}  // namespace

double known_name_score(std::string_view table, std::string_view column, std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  double best = 0;
  for (const KnownName& known : kKnownNames) {
    if (known.column == column && names_table(known.tables, table)) {
      best = std::max(best, best_phrase(known.phrases, words));
    }
  }
  return best;
}

double known_file_score(std::string_view table, std::string_view file_name) {
  std::vector<std::string> words = words_of(file_name);
  // "sales_2021" names sales: years and months say nothing.
  std::erase_if(words, [](const std::string& word) {
    return word.find_first_not_of("0123456789") == std::string::npos;
  });
  double best = 0;
  for (const KnownFile& known : kKnownFiles) {
    if (names_table(known.tables, table)) best = std::max(best, best_phrase(known.phrases, words));
  }
  return best;
}

const std::vector<ExtraColumn>& extra_columns() {
  static const std::vector<ExtraColumn> extras = [] {
    std::vector<ExtraColumn> made;
    for (const KnownExtra& known : kKnownExtras) made.push_back(known.extra);
    return made;
  }();
  return extras;
}

double extra_name_score(const ExtraColumn& extra, std::string_view name) {
  for (const KnownExtra& known : kKnownExtras) {
    if (known.extra.table == extra.table && known.extra.column == extra.column) {
      return best_phrase(known.phrases, words_of(name));
    }
  }
  return 0;
}

}  // namespace aisle
