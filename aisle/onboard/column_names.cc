#include "aisle/onboard/column_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "aisle/base/nearest_name.h"

namespace aisle {
namespace {

constexpr std::array kSmallWords = {"of", "the", "at",  "in",  "de",  "da",  "do",  "dos", "das", "del",
                                    "la", "el",  "los", "las", "der", "die", "des", "den", "dem", "am"};

// Letters of Latin-1 and Latin Extended-A that retail files hold, without their accents.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kAccents = {{
    {"àáâãäåāăąÀÁÂÃÄÅĀĂĄ", "a"},
    {"èéêëēęěÈÉÊËĒĘĚ", "e"},
    {"ìíîïīÌÍÎÏĪ", "i"},
    {"òóôõöøōőÒÓÔÕÖØŌŐ", "o"},
    {"ùúûüūůűÙÚÛÜŪŮŰ", "u"},
    {"çćčÇĆČ", "c"},
    {"ñńňÑŃŇ", "n"},
    {"śšŚŠ", "s"},
    {"ß", "ss"},
}};

std::size_t letter_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return 2;
}

std::string_view without_accent(std::string_view letter) {
  for (const auto& [letters, plain] : kAccents) {
    if (letters.find(letter) != std::string_view::npos) return plain;
  }
  return {};
}

bool is_lower(char letter) {
  return letter >= 'a' && letter <= 'z';
}
bool is_upper(char letter) {
  return letter >= 'A' && letter <= 'Z';
}
bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word;
  return text;
}

bool holds(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool holds_all(const std::vector<std::string>& words, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& word) { return holds(words, word); });
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto close = [&] {
    const bool small = std::find(kSmallWords.begin(), kSmallWords.end(), word) != kSmallWords.end();
    if (!word.empty() && !small) words.push_back(word);
    word.clear();
  };
  char before = ' ';
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t length = letter_length(static_cast<unsigned char>(name[at]));
    const std::string_view letter = name.substr(at, length);
    at += length;
    if (length > 1) {
      const std::string_view plain = without_accent(letter);
      if (plain.empty()) close();
      word += plain;
      before = plain.empty() ? ' ' : 'a';
      continue;
    }
    const char one = letter[0];
    if (is_upper(one)) {
      if (is_lower(before)) close();
      word += static_cast<char>(one - 'A' + 'a');
    } else if (is_lower(one) || is_digit(one)) {
      word += one;
    } else if (one != '\'') {
      close();
    }
    before = one;
  }
  close();
  return words;
}

double name_likeness(const std::vector<std::string>& name, const std::vector<std::string>& phrase) {
  if (name.empty() || phrase.empty()) return 0;
  const std::string name_text = joined(name), phrase_text = joined(phrase);
  if (name_text == phrase_text) return 1;
  const double n_name = static_cast<double>(name.size()), n_phrase = static_cast<double>(phrase.size());
  if (holds_all(name, phrase)) {
    if (name.size() == phrase.size()) return 0.97;
    return 0.6 + 0.35 * n_phrase / n_name;
  }
  // "produtc_id" for "product_id"; short words are near to anything.
  if (phrase_text.size() >= 6 && name_text.size() >= 6 && !nearest_name(name_text, {phrase_text}).empty() &&
      name_text[0] == phrase_text[0]) {
    return 0.7;
  }
  if (phrase.size() > 1 && holds_all(phrase, name)) return 0.5 * n_name / n_phrase;
  return 0;
}

}  // namespace aisle
