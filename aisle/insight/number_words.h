// Numbers and money as the project's locale writes them, in what people read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace aisle {

// Between a number and its unit: no line break on a page, an ordinary blank on a terminal.
enum class Blank { kNoBreak, kPlain };

class NumberWords {
 public:
  // `locale` as in project.locale ("pt_BR"); one that is not known counts in English. `currency` may be "".
  NumberWords(const std::string& locale, std::string currency, Blank blank = Blank::kNoBreak);
  // As a terminal shows them, whatever the project's locale: in English, with ordinary blanks.
  static NumberWords for_terminal(std::string currency = "");

  // "1,234,567"
  std::string whole(std::int64_t value) const;
  // "1 store", "1,234 stores".
  std::string counted(std::int64_t count, const std::string& noun) const;
  // At most three significant digits, with k, M or bn from 10,000 on: "55.7 M".
  std::string brief(double value) const;
  // The same in the project's currency: "55.7 M USD". "-" for NaN.
  std::string money(double value) const;
  // 0.0432 -> "4.3 %"; from 10 % on without a decimal. "-" for NaN.
  std::string percent(double share) const;
  // "0.93"
  std::string fixed(double value, int n_decimals) const;
  // "+12 %" of one number over another; `base` above 0.
  std::string change(double value, double base) const;
  // A sentence of aisle's own, whose figures are written in English ("DBCV 0.10, 1,234 stores (6 %)"), with
  // its figures as the locale writes them. A digit inside a word (rev_2, m2) stays. Not for text of users.
  std::string sentence(const std::string& english) const;

 private:
  std::string written(std::string digits) const;

  std::string decimal_;
  std::string thousands_;
  std::size_t fewest_grouped_;
  std::string currency_;
  std::string blank_;
};

// "2024-03-01" -> "1 Mar 2024"; any other text as it is.
std::string day_words(const std::string& day);

}  // namespace aisle
