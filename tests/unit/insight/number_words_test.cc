// Numbers, money and sentences as the locale writes them.
#include "aisle/insight/number_words.h"

#include <gtest/gtest.h>

#include <cmath>

namespace aisle {
namespace {

TEST(NumberWords, FollowTheLocale) {
  const NumberWords english("en_US", "USD");
  EXPECT_EQ(english.whole(1234567), "1,234,567");
  EXPECT_EQ(english.whole(-1234), "-1,234");
  EXPECT_EQ(english.whole(999), "999");
  EXPECT_EQ(english.money(55709607.6), "55.7\u00a0M\u00a0USD");
  EXPECT_EQ(english.money(std::nan("")), "-");
  EXPECT_EQ(NumberWords("pt_BR", "BRL").money(1234567), "1,23\u00a0M\u00a0BRL");
  EXPECT_EQ(NumberWords("pt_BR", "").whole(1234567), "1.234.567");
  EXPECT_EQ(NumberWords("de_CH", "").whole(1234567), "1’234’567");
  EXPECT_EQ(NumberWords("fr_FR", "").whole(1234), "1\u202f234");
  EXPECT_EQ(NumberWords("xx", "").whole(1234), "1,234");
  EXPECT_EQ(NumberWords("", "").whole(1234), "1,234");
}

TEST(NumberWords, AtMostThreeDigitsAndNoNegativeZero) {
  const NumberWords words("en_US", "");
  EXPECT_EQ(words.brief(0.004), "0.00");
  EXPECT_EQ(words.brief(-0.004), "0.00");
  EXPECT_EQ(words.brief(99.96), "100");
  EXPECT_EQ(words.brief(9999.4), "9,999");
  EXPECT_EQ(words.brief(9999.6), "10.0\u00a0k");
  EXPECT_EQ(words.brief(999600), "1.00\u00a0M");
  EXPECT_EQ(words.brief(999.6e6), "1.00\u00a0bn");
  EXPECT_EQ(words.brief(1.5e12), "1,500\u00a0bn");
  EXPECT_EQ(words.percent(0.0432), "4.3\u00a0%");
  EXPECT_EQ(words.percent(0.996), "100\u00a0%");
  EXPECT_EQ(words.percent(0), "0\u00a0%");
}

TEST(NumberWords, Days) {
  EXPECT_EQ(day_words("2024-03-01"), "1 Mar 2024");
  EXPECT_EQ(day_words("yesterday"), "yesterday");
  EXPECT_EQ(day_words("2024-13-01"), "2024-13-01");
}

TEST(NumberWords, TheTerminalHasOrdinaryBlanksAndEnglishFigures) {
  const NumberWords words = NumberWords::for_terminal("BRL");
  EXPECT_EQ(words.money(1234567), "1.23 M BRL");
  EXPECT_EQ(words.percent(0.09), "9.0 %");
  EXPECT_EQ(words.change(60, 100), "-40 %");
  EXPECT_EQ(words.counted(1, "store"), "1 store");
  EXPECT_EQ(words.counted(1234, "store"), "1,234 stores");
}

// As Intl.NumberFormat, which writes the page's figures.
TEST(NumberWords, FourDigitsStandTogetherWhereTheLanguageHasThemSo) {
  const auto written = [](const char* locale) { return NumberWords(locale, "").fixed(1234.5, 1); };
  EXPECT_EQ(written("es_ES"), "1234,5");
  EXPECT_EQ(written("es_AR"), "1.234,5");
  EXPECT_EQ(written("it_CH"), "1234.5");
  EXPECT_EQ(written("pt_PT"), "1234,5");
  EXPECT_EQ(written("pt_BR"), "1.234,5");
  EXPECT_EQ(written("fr_CA"), "1\u00a0234,5");
  EXPECT_EQ(NumberWords("es_ES", "").whole(12345), "12.345");
  EXPECT_EQ(NumberWords("es_ES", "").whole(-1234), "-1234");
}

TEST(NumberWords, AChangeHasItsSign) {
  const NumberWords words("pt_BR", "");
  EXPECT_EQ(words.change(150, 100), "+50\u00a0%");
  EXPECT_EQ(words.change(1600, 100), "+1.500\u00a0%");
  EXPECT_EQ(words.change(60, 100), "\u221240\u00a0%");
  EXPECT_EQ(words.change(99.9, 100), "+0\u00a0%") << "no negative zero";
}

TEST(NumberWords, FiguresOfASentenceFollowTheLocale) {
  const NumberWords words("pt_BR", "BRL");
  EXPECT_EQ(words.sentence("9.0 % of the stores (1,234) fit none (DBCV -0.10)."),
            "9,0\u00a0% of the stores (1.234) fit none (DBCV -0,10).");
  EXPECT_EQ(words.sentence("The smallest has 5 stores (12 % of the chain), of 1,000,000.5."),
            "The smallest has 5 stores (12\u00a0% of the chain), of 1.000.000,5.");
  for (const char* text : {"per m2", "rev_2.5", "a 1,2 b", "hdbscan.min_cluster_size", "v1.2", "1.2.3x",
                           "clusters 3, 4, 5.", "5.", "Caf\u00e91.5"}) {
    EXPECT_EQ(words.sentence(text), text);
  }
  EXPECT_EQ(NumberWords("en_US", "").sentence("1,234 stores, DBCV 0.10."), "1,234 stores, DBCV 0.10.");
}

}  // namespace
}  // namespace aisle
