// The report's page: text stays text, the marks are filled.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aisle/base/errors.h"
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

}  // namespace
}  // namespace aisle
