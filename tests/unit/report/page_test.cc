// The report's page: text stays text, the marks are filled, numbers are written as the locale does.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "aisle/base/errors.h"
#include "aisle/insight/number_words.h"
#include "aisle/report/html.h"
#include "aisle/report/page_template.h"

namespace aisle {
namespace {

TEST(Html, MarkupInANameStaysText) {
  EXPECT_EQ(html_text("<b onclick=\"x\">Café & 'Co'</b>"),
            "&lt;b onclick=&quot;x&quot;&gt;Café &amp; &#39;Co&#39;&lt;/b&gt;");
  EXPECT_EQ(html_text(std::string("a\0b\n", 4)), "a b ");
}

TEST(Html, JsonInAScriptCannotEndItAndReadsTheSame) {
  const nlohmann::json document = {{"name", "</script><!-- & \xE2\x80\xA8 \xE2\x80\xA9 \xE2\x80\xA6 \"q\""}};
  const std::string text = script_json(document.dump());
  for (const char* letter : {"<", ">", "&", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    EXPECT_EQ(text.find(letter), std::string::npos) << letter;
  }
  EXPECT_EQ(nlohmann::json::parse(text), document);
}

TEST(Page, MarksAreFilledEvenWhenAPartLooksLikeOne) {
  const std::string page = "<!--aisle:title-->|<!--aisle:first-screen-->|<!--aisle:documents-->";
  EXPECT_EQ(filled_page(page, {"<!--aisle:documents-->", "b", "c"}), "<!--aisle:documents-->|b|c");
  EXPECT_THROW(filled_page("<!--aisle:title-->", {}), InternalError);
  EXPECT_THROW(filled_page(page + "<!--aisle:title-->", {}), InternalError);
}

TEST(Page, TheOneThatIsCompiledInIsWholeAndAsksForNothing) {
  const std::string page = filled_page({"Title of it", "First screen of it", "Documents of it"});
  EXPECT_EQ(page.substr(0, 15), "<!doctype html>");
  EXPECT_NE(page.find("<title>Title of it</title>"), std::string::npos);
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(page.find("<style>"), std::string::npos);
  EXPECT_EQ(page.find("<link"), std::string::npos);
  EXPECT_EQ(page.find("<script src"), std::string::npos);
  EXPECT_EQ(page.find("aisle-script-hash"), std::string::npos);
  EXPECT_NE(page.rfind("</html>"), std::string::npos);
}

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

}  // namespace
}  // namespace aisle
