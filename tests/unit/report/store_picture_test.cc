// The picture of the stores: every store a shape, hollow where it was assigned, labels inside the frame.
#include "aisle/report/store_picture.h"

#include <gtest/gtest.h>

#include <regex>

namespace aisle {
namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

std::vector<PlacedStore> two_groups() {
  std::vector<PlacedStore> stores;
  for (int at = 0; at < 20; ++at) {
    stores.push_back({at % 2 * 50.0 + at * 0.1, at * 0.3, at % 2, at == 4});
  }
  stores.push_back({25, 2, -1, false});
  return stores;
}

TEST(StorePicture, DrawsEveryStoreHollowWhereAssignedOrInNone) {
  const std::string svg = store_picture(two_groups(), {}, "21 stores");
  EXPECT_EQ(count(svg, "M"), 21u);
  EXPECT_EQ(count(svg, "class=\"hollow\""), 2u);
  EXPECT_NE(svg.find("<g class=\"none\"><path class=\"hollow\""), std::string::npos) << svg;
  EXPECT_NE(svg.find("aria-label=\"21 stores\""), std::string::npos);
}

TEST(StorePicture, LabelsHaveNamesAndStayInside) {
  const std::string svg = store_picture(two_groups(), {{0, "Small <b>, narrow"}, {1, "Wide & tall"}}, "");
  EXPECT_NE(svg.find(">0 · Small &lt;b&gt;</text>"), std::string::npos) << svg;
  EXPECT_NE(svg.find(">1 · Wide &amp; tall</text>"), std::string::npos);
  const std::regex place("<text[^>]* x=\"([-0-9]+)\" y=\"([-0-9]+)\"");
  for (auto found = std::sregex_iterator(svg.begin(), svg.end(), place); found != std::sregex_iterator();
       ++found) {
    EXPECT_GT(std::stoi((*found)[1]), 0);
    EXPECT_LT(std::stoi((*found)[1]), 640);
    EXPECT_GT(std::stoi((*found)[2]), 0);
    EXPECT_LT(std::stoi((*found)[2]), 520);
  }
}

TEST(StorePicture, OneStoreAndNone) {
  EXPECT_EQ(store_picture({}, {}, ""), "");
  EXPECT_EQ(count(store_picture({{3, 4, 0, false}}, {}, ""), "M"), 1u);
  EXPECT_EQ(store_picture({{3, 4, 0, false}}, {}, "").find("nan"), std::string::npos);
}

}  // namespace
}  // namespace aisle
