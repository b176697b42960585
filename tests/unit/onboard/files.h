// Small retailers as their files would come: dialects, encodings and names of different countries.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "aisle/base/table.h"

namespace aisle::test {

namespace fs = std::filesystem;

// A folder of its own, with a blank and an accent in its path; goes with the object.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "aisle-onboard-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    root_ = name;
    dir_ = root_ / "minhas praças" / "exportação";
    fs::create_directories(dir_);
  }
  ~Folder() { fs::remove_all(root_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const fs::path& dir() const { return dir_; }
  void put(const std::string& name, const std::string& bytes) const {
    fs::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name, std::ios::binary) << bytes;
  }

 private:
  fs::path root_, dir_;
};

// UTF-8 of letters up to U+00FF in one byte each.
inline std::string to_latin1(const std::string& text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      bytes += text[at];
    } else {
      bytes += static_cast<char>(((byte & 0x03) << 6) | (static_cast<unsigned char>(text[++at]) & 0x3f));
    }
  }
  return bytes;
}

inline std::string to_utf16(const std::string& text) {
  std::string bytes = "\xff\xfe";
  for (const char letter : to_latin1(text)) {
    bytes += letter;
    bytes += '\0';
  }
  return bytes;
}

// A day as dd/mm/yyyy with the given mark.
inline std::string day_text(std::int64_t days, char mark) {
  const std::string iso = format_date(days);
  return iso.substr(8, 2) + mark + iso.substr(5, 2) + mark + iso.substr(0, 4);
}

// 123456 hundredths as 1.234,56
inline std::string comma_money(int hundredths) {
  const std::string digits = std::to_string(hundredths / 100);
  std::string text;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) text += '.';
    text += digits[at];
  }
  return text + "," + std::to_string(100 + hundredths % 100).substr(1);
}

inline int price_of(int product) {
  return 990 + 37311 * (product % 7);
}  // hundredths

// A Brazilian chain of 12 stores and 15 products: semicolons, decimal commas, Latin-1, dd/mm/yyyy; the sales
// of two years in two files.
inline void put_brazilian(const Folder& folder) {
  std::string stores =
      "Código;Nome da Loja;Regional;Tipo de Loja;Área de Venda (m²);Cidade;UF;Data de Abertura\n";
  const char* regions[] = {"Sul", "Nordeste", "São Paulo"};
  for (int store = 1; store <= 12; ++store) {
    stores += std::to_string(100 + store) + ";Loja " + std::string(1, static_cast<char>('A' + store)) +
              " Praça;" + regions[store % 3] + ";" + (store % 2 == 0 ? "Shopping" : "Rua") + ";" +
              std::to_string(60 + 5 * store) + ",5;" + (store % 4 == 0 ? "Florianópolis;SC;" : "Recife;PE;") +
              day_text(16000 + 31 * store, '/') + "\n";
  }
  folder.put("cadastro/lojas.csv", to_latin1(stores));
  std::string products = "Cód. Produto;Descrição;Categoria;Marca;Preço de Venda;Custo\n";
  const char* categories[] = {"Calçados", "Camisas", "Acessórios"};
  for (int product = 1; product <= 15; ++product) {
    products += "P" + std::to_string(1000 + product) + ";Artigo nº " + std::to_string(product) + ";" +
                categories[product % 3] + ";" + (product % 2 == 0 ? "Própria" : "Outra") + ";" +
                comma_money(price_of(product)) + ";" + comma_money(price_of(product) / 3) + "\n";
  }
  folder.put("cadastro/produtos.csv", to_latin1(products));
  for (const int year : {2023, 2024}) {
    std::string sales = "Data da Venda;Loja;Produto;Quantidade;Preço Unitário;Valor Total;Operador\n";
    for (int line = 0; line < 400; ++line) {
      const int product = 1 + line % 15, qty = 1 + line % 3;
      sales += day_text(days_from_civil(year, 1, 1) + line % 300, '/') + ";" +
               std::to_string(101 + line % 12) + ";P" + std::to_string(1000 + product) + ";" +
               std::to_string(qty) + ";" + comma_money(price_of(product)) + ";" +
               comma_money(qty * price_of(product)) + ";op" + std::to_string(line % 50) + "\n";
    }
    folder.put("vendas_" + std::to_string(year) + ".csv", to_latin1(sales));
  }
}

// A German chain: tabs, UTF-16, decimal commas, dd.mm.yyyy; amounts without a price.
inline void put_german(const Folder& folder) {
  std::string stores = "Filiale\tBezeichnung\tBezirk\tLage\tVerkaufsfläche\tOrt\tEröffnet am\n";
  for (int store = 1; store <= 9; ++store) {
    stores += "F0" + std::to_string(store) + "\tMarkt Nummer " + std::to_string(store) + "\t" +
              (store % 2 == 0 ? "Süd" : "Nord") + "\t" +
              (store % 3 == 0 ? "Innenstadt" : "Fachmarktzentrum") + "\t" + std::to_string(800 + 10 * store) +
              "\tMünchen\t" + day_text(14000 + 100 * store, '.') + "\n";
  }
  folder.put("Filialen.csv", to_utf16(stores));
  std::string sales = "Datum\tFiliale\tArtikelnummer\tMenge\tUmsatz\n";
  for (int line = 0; line < 300; ++line) {
    sales += day_text(days_from_civil(2024, 2, 1) + line % 200, '.') + "\tF0" + std::to_string(1 + line % 9) +
             "\t4711" + std::to_string(line % 20) + "\t" + std::to_string(1 + line % 4) + "\t" +
             comma_money(120000 + 501 * (line % 90)) + "\n";
  }
  folder.put("Umsätze.csv", to_utf16(sales));
  std::string stock = "Stichtag\tFiliale\tArtikelnummer\tBestand\n";
  for (int line = 0; line < 180; ++line) {
    stock += day_text(days_from_civil(2024, 2, 5) + 7 * (line / 60), '.') + "\tF0" +
             std::to_string(1 + line % 9) + "\t4711" + std::to_string(line % 20) + "\t" +
             std::to_string(5 + line % 33) + "\n";
  }
  folder.put("Lagerbestand.csv", to_utf16(stock));
}

// An American chain: commas, mm/dd/yyyy, dollars with a sign, square feet.
inline void put_american(const Folder& folder) {
  std::string stores = "StoreNumber,StoreName,District,StoreFormat,SalesAreaSqFt,City,State\n";
  std::string sales = "TransactionDate,StoreNumber,SKU,UnitsSold,NetSales\n";
  for (int store = 1; store <= 8; ++store) {
    stores += std::to_string(store) + ",\"Main Street, no. " + std::to_string(store) + "\",West,Mall," +
              std::to_string(9000 + 100 * store) + ",Springfield,OR\n";
  }
  for (int line = 0; line < 240; ++line) {
    const std::string iso = format_date(days_from_civil(2024, 1, 1) + line);
    sales += iso.substr(5, 2) + "/" + iso.substr(8, 2) + "/" + iso.substr(0, 4) + "," +
             std::to_string(1 + line % 8) + "," + std::to_string(880000 + line % 30) + "," +
             std::to_string(1 + line % 5) + ",\"$1," + std::to_string(100 + line) + ".50\"\n";
  }
  folder.put("stores.csv", stores);
  folder.put("sales.csv", sales);
}

}  // namespace aisle::test
