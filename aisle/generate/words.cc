#include "aisle/generate/words.h"

#include <fmt/format.h>

namespace aisle::generate {
namespace {

Words portuguese() {
  return {
      Locale::kPtBr,
      {{"Regional_SP", {{"SP", {"São Paulo", "Campinas", "Santos", "Ribeirão Preto", "Sorocaba"}}}},
       {"Regional_Sul",
        {{"PR", {"Curitiba", "Londrina", "Maringá"}},
         {"RS", {"Porto Alegre", "Caxias do Sul", "Pelotas", "Santa Maria"}},
         {"SC", {"Florianópolis", "Joinville", "Balneário Camboriú"}}}},
       {"Regional_Nordeste",
        {{"BA", {"Salvador", "Feira de Santana"}},
         {"CE", {"Fortaleza"}},
         {"PE", {"Recife"}},
         {"RN", {"Natal"}}}},
       {"Regional_Rio_Minas",
        {{"ES", {"Vitória", "Vila Velha"}},
         {"MG", {"Belo Horizonte", "Uberlândia", "Ouro Preto"}},
         {"RJ", {"Rio de Janeiro", "Niterói"}}}},
       {"Regional_Centro_Norte",
        {{"AM", {"Manaus"}}, {"DF", {"Brasília"}}, {"GO", {"Goiânia"}}, {"PA", {"Belém"}}}}},
      {"Acessórios", "Calças", "Camisetas", "Casacos", "Vestidos"},
      {"Amarelo",  "Azul",  "Bege",  "Branco", "Cinza", "Coral",  "Dourado",   "Laranja",  "Lilás", "Marrom",
       "Mostarda", "Oliva", "Prata", "Preto",  "Rosa",  "Salmão", "Terracota", "Turquesa", "Verde", "Vinho"},
      {"Algodão", "Brim", "Couro", "Crepe", "Lã", "Linho", "Malha", "Moletom", "Renda", "Sarja", "Seda",
       "Tricô", "Tule", "Veludo", "Viscose"},
      {"Rua", "Avenida", "Alameda", "Travessa", "Praça"},
      {"das Acácias",  "do Arvoredo",      "da Aurora",    "das Azaleias",  "do Bosque",
       "das Camélias", "do Campo",         "dos Cedros",   "do Comércio",   "das Flores",
       "da Fonte",     "dos Girassóis",    "do Horizonte", "dos Ipês",      "do Jardim",
       "da Lagoa",     "das Laranjeiras",  "do Mercado",   "das Palmeiras", "da Ponte",
       "do Porto",     "das Quaresmeiras", "da Serra",     "do Sol",        "da Estação"},
      12,  // December to February
  };
}

Words english() {
  return {
      Locale::kEnUs,
      {{"Region_Northeast",
        {{"NY", {"New York", "Buffalo", "Rochester"}},
         {"MA", {"Boston", "Worcester"}},
         {"PA", {"Philadelphia", "Pittsburgh"}}}},
       {"Region_Southeast",
        {{"FL", {"Miami", "Orlando", "Tampa"}},
         {"GA", {"Atlanta", "Savannah"}},
         {"NC", {"Charlotte", "Raleigh"}}}},
       {"Region_Midwest",
        {{"IL", {"Chicago", "Springfield"}},
         {"OH", {"Columbus", "Cleveland"}},
         {"MN", {"Minneapolis", "Duluth"}}}},
       {"Region_South_Central",
        {{"TX", {"Houston", "Dallas", "Austin"}}, {"OK", {"Tulsa"}}, {"LA", {"New Orleans", "Baton Rouge"}}}},
       {"Region_West",
        {{"CA", {"Los Angeles", "San Diego", "Sacramento"}},
         {"CO", {"Denver", "Boulder"}},
         {"WA", {"Seattle", "Spokane"}}}}},
      {"Accessories", "Coats", "Dresses", "T-Shirts", "Trousers"},
      {"Amber",   "Black", "Blue",  "Brown",  "Coral", "Cream", "Gold",   "Gray", "Green", "Lilac",
       "Mustard", "Navy",  "Olive", "Orange", "Pink",  "Red",   "Silver", "Teal", "White", "Yellow"},
      {"Canvas", "Corduroy", "Cotton", "Crepe", "Denim", "Fleece", "Jersey", "Knit", "Lace", "Leather",
       "Linen", "Silk", "Twill", "Velvet", "Wool"},
      {"Street", "Avenue", "Road", "Lane", "Boulevard"},
      {"Birch", "Bridge",  "Cedar", "Cherry", "Chestnut", "Elm",     "Garden", "Harbor", "Highland",
       "Hill",  "Juniper", "Lake",  "Laurel", "Main",     "Maple",   "Market", "Meadow", "Mill",
       "Oak",   "Orchard", "Park",  "Pine",   "River",    "Station", "Walnut"},
      6,  // June to August
  };
}

}  // namespace

const Words& words_of(Locale locale) {
  static const Words kPortuguese = portuguese();
  static const Words kEnglish = english();
  return locale == Locale::kPtBr ? kPortuguese : kEnglish;
}

std::string store_name(const Words& words, std::string_view city, std::uint64_t number) {
  return fmt::format("{} {} {}", words.locale == Locale::kPtBr ? "Loja" : "Store", city, number);
}

std::string product_name(const Words& words, std::string_view category, std::string_view colour,
                         std::string_view material, std::uint64_t number) {
  if (words.locale == Locale::kPtBr) return fmt::format("{} {} {} {}", category, material, colour, number);
  return fmt::format("{} {} {} {}", category, colour, material, number);
}

std::string street_address(const Words& words, std::string_view kind, std::string_view street,
                           std::uint32_t number, std::string_view city, std::string_view state) {
  if (words.locale == Locale::kPtBr) {
    return fmt::format("{} {}, {} - {} - {}", kind, street, number, city, state);
  }
  return fmt::format("{} {} {}, {}, {}", number, street, kind, city, state);
}

}  // namespace aisle::generate
