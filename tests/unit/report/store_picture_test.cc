// The picture of the stores: every store a shape, hollow where it was assigned, labels inside the frame.
#include "aisle/report/store_picture.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

#include "aisle/base/random.h"
#include "aisle/report/label_places.h"

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

// What a browser draws: 13 pixels high letters on a line, about 7.6 wide each.
TEST(StorePicture, LabelsTouchNoPointAndNoLabel) {
  std::vector<PlacedStore> stores;
  std::map<std::int64_t, std::string> names;
  RandomDraws draws(5, 1, 0);
  for (int cluster = 0; cluster < 7; ++cluster) {
    names[cluster] = "Cafés and others";
    for (int at = 0; at < 60; ++at) {
      stores.push_back({cluster % 3 * 10 + 2.5 * draws.normal(), cluster / 3 * 9 + 2.0 * draws.normal(),
                        cluster, at % 9 == 0});
    }
  }
  const std::string svg = store_picture(stores, names, "");
  struct Mark {
    double x, y;
  };
  std::vector<Mark> marks;
  const std::regex point("M([-0-9.]+) ([-0-9.]+)");
  for (auto found = std::sregex_iterator(svg.begin(), svg.end(), point); found != std::sregex_iterator();
       ++found) {
    marks.push_back({std::stod((*found)[1]), std::stod((*found)[2])});
  }
  ASSERT_EQ(marks.size(), stores.size());
  std::vector<Box> labels;
  const std::regex text("<text[^>]* x=\"([-0-9]+)\" y=\"([-0-9]+)\">([^<]*)<");
  for (auto found = std::sregex_iterator(svg.begin(), svg.end(), text); found != std::sregex_iterator();
       ++found) {
    const double x = std::stod((*found)[1]), y = std::stod((*found)[2]);
    const double half = 7.0 * static_cast<double>((*found)[3].length() - 2) / 2;
    labels.push_back({x - half, y - 11, x + half, y + 3});
  }
  ASSERT_EQ(labels.size(), 7u);
  for (std::size_t at = 0; at < labels.size(); ++at) {
    const Box& label = labels[at];
    for (const Mark& mark : marks) {
      const bool inside = mark.x > label.left - 2 && mark.x < label.right + 2 && mark.y > label.top - 2 &&
                          mark.y < label.bottom + 2;
      EXPECT_FALSE(inside) << "label " << at << " on " << mark.x << ", " << mark.y;
    }
    for (std::size_t other = 0; other < at; ++other) EXPECT_FALSE(label.meets(labels[other]));
  }
}

TEST(StorePicture, WhereNoPlaceIsFreeTheNumberStandsWhereItCoversLeast) {
  std::vector<PlacedStore> stores;
  for (int at = 0; at < 6400; ++at) stores.push_back({at % 80 * 1.0, at / 80 * 0.8, 0, false});
  const std::string svg = store_picture(stores, {{0, "A name"}}, "");
  EXPECT_EQ(count(svg, "<text"), 1u);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(StorePicture, OfVeryManyStoresEachIsADot) {
  std::vector<PlacedStore> stores;
  for (int at = 0; at < 10000; ++at) stores.push_back({at % 100 * 1.0, at / 100 * 1.0, at % 3, at % 10 == 0});
  const std::string svg = store_picture(stores, {}, "");
  EXPECT_EQ(count(svg, "h0"), 11000u) << "an assigned one is drawn twice: it is hollow";
  EXPECT_LT(svg.size(), 200000u);
}

TEST(StorePicture, OneStoreAndNone) {
  EXPECT_EQ(store_picture({}, {}, ""), "");
  EXPECT_EQ(count(store_picture({{3, 4, 0, false}}, {}, ""), "M"), 1u);
  EXPECT_EQ(store_picture({{3, 4, 0, false}}, {}, "").find("nan"), std::string::npos);
}

}  // namespace
}  // namespace aisle
