// Store features of small retailers whose figures can be told by hand.
#include "aisle/features/build_features.h"

#include <gtest/gtest.h>

#include <cmath>

#include "feature_project.h"

namespace aisle {
namespace {

class BuildFeatures : public FeatureProject {
 protected:
  // Two stores, two products, a week in January 2024 (the 1st is a Monday).
  void write_retailer() {
    write_raw("fact_sales",
              "date,store_id,product_id,qty,unit_price_at_sale\n"
              "2024-01-01,02,p1,2,10.00\n2024-01-06,02,p2,1,4.00\n2024-01-06,02,p1,1,9.00\n"
              "2024-01-02,01,p2,3,5.00\n");
    write_raw("dim_product", "product_id,category,base_price,brand\np1,Água,10,X\np2,Doces,5,Y\n");
    write_raw(
        "dim_store_management",
        "store_id,store_name,regional,opening_date\n01,One,South,2023-01-01\n02,Two,North,2020-02-29\n");
    write_raw("dim_store_physical",
              "store_id,size_m2,placement,storage_capacity_m2\n02,100,Mall,20\n01,50,Street,10\n");
    write_raw("fact_inventory",
              "snapshot_date,store_id,product_id,qty_on_hand\n2024-01-01,01,p1,10\n2024-01-01,01,p2,20\n"
              "2024-01-08,01,p1,0\n2024-01-01,02,p1,4\n");
  }
};

TEST_F(BuildFeatures, TheReferencesColumnsInTheirOrder) {
  write_retailer();
  const FeatureResult result = build();
  std::vector<std::string> names;
  for (const Column& column : result.store_features.columns()) names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"store_id",
                                             "store_name",
                                             "regional",
                                             "opening_date",
                                             "placement",
                                             "storage_capacity_m2",
                                             "total_revenue",
                                             "total_items_sold",
                                             "days_active",
                                             "avg_ticket_item",
                                             "rev_doces",
                                             "rev_água",
                                             "avg_inventory_depth",
                                             "unique_products_stocked",
                                             "size_m2",
                                             "revenue_per_sqm",
                                             "size_m2_imputed",
                                             "first_sale",
                                             "last_sale",
                                             "weeks_active",
                                             "weeks_open",
                                             "anos_de_loja",
                                             "fit_eligible",
                                             "fit_reason"}));
  EXPECT_EQ(result.store_features.column("store_id").texts, (std::vector<std::string>{"01", "02"}));
  EXPECT_EQ(value(result, "total_revenue", 1), 33.0);
  EXPECT_EQ(value(result, "total_items_sold", 1), 4.0);
  EXPECT_EQ(value(result, "days_active", 1), 2.0);
  EXPECT_EQ(value(result, "avg_ticket_item", 1), 23.0 / 3);
  EXPECT_EQ(value(result, "rev_água", 1), 29.0);
  EXPECT_EQ(value(result, "rev_água", 0), 0.0);
  EXPECT_EQ(value(result, "avg_inventory_depth", 0), 10.0);
  EXPECT_EQ(value(result, "unique_products_stocked", 0), 2.0);
  EXPECT_EQ(value(result, "revenue_per_sqm", 1), 0.33);
  EXPECT_EQ(result.store_features.column("first_sale").text_at(1), "2024-01-01");
  EXPECT_EQ(result.as_of, "2024-01-06");
  EXPECT_EQ(value(result, "anos_de_loja", 0), 370 / 365.25);
  EXPECT_TRUE(result.lost.empty());
  EXPECT_TRUE(warnings_.empty()) << warnings_.front();
}

TEST_F(BuildFeatures, TheGroupsByHand) {
  write_retailer();
  options_.features.groups = {"mix", "weekend", "price", "discount", "assortment", "turnover", "trading"};
  const FeatureResult result = build();
  EXPECT_EQ(result.mix_categories, (std::vector<std::string>{"doces", "água"}));
  EXPECT_EQ(value(result, "mix_água", 1), 29.0 / 33);
  EXPECT_EQ(value(result, "mix_doces", 0), 1.0);
  EXPECT_EQ(value(result, "weekend_share", 1), 13.0 / 33);
  EXPECT_EQ(value(result, "weekend_share", 0), 0.0);
  // Doces: 19 for 4 units, 4.75 each; Água: 29 for 3, 9.666666 each.
  EXPECT_NEAR(value(result, "price_position", 0), 15 / (3 * 4.75), 1e-12);
  EXPECT_NEAR(value(result, "price_position", 1), 33 / (4.75 + 29.0), 1e-6);
  EXPECT_NEAR(value(result, "discount_share", 1), 1 - 33.0 / 35, 1e-12);
  EXPECT_EQ(value(result, "assortment_width", 1), 2.0);
  EXPECT_EQ(value(result, "items_per_product", 1), 2.0);
  EXPECT_NEAR(value(result, "stock_turnover", 1), 2 / (6 / 365.25) / 4, 1e-9);
  EXPECT_EQ(value(result, "revenue_per_week", 1), 33.0);
  EXPECT_EQ(value(result, "days_per_week", 1), 2.0);
}

TEST_F(BuildFeatures, TheMixIsOfAnyColumn) {
  write_retailer();
  options_.features.groups = {"mix"};
  options_.features.mix_column = "brand";
  EXPECT_EQ(build().mix_categories, (std::vector<std::string>{"x", "y"}));
  options_.features.mix_column = "pack";
  const FeatureResult result = build();
  EXPECT_TRUE(result.mix_categories.empty());
  EXPECT_EQ(warnings_,
            (std::vector<std::string>{"Feature group mix is left out: there is no dim_product.pack."}));
}

TEST_F(BuildFeatures, ReturnsFollowThePolicy) {
  write_retailer();
  write_raw("fact_sales",
            "date,store_id,product_id,qty,unit_price_at_sale\n2024-01-01,01,p1,5,10\n2024-01-02,01,p1,-2,10\n"
            "2024-01-03,02,p1,1,10\n");
  EXPECT_EQ(value(build(), "total_revenue", 0), 30.0);
  options_.features.returns = ReturnsPolicy::kDrop;
  const FeatureResult dropped = build();
  EXPECT_EQ(value(dropped, "total_revenue", 0), 50.0);
  ASSERT_EQ(dropped.lost.size(), 1u);
  EXPECT_EQ(warnings_.at(0),
            "1 sale lines with a negative quantity (features.returns is drop) are left out.");
  options_.features.returns = ReturnsPolicy::kRefuse;
  EXPECT_EQ(fault(),
            "DataError | fact_sales: 1 sale lines are negative, the first -2 of store 01 on 2024-01-02; "
            "expected no "
            "returns, as features.returns is refuse; take them out, or set features.returns to net or drop");
}

TEST_F(BuildFeatures, TheWindowBoundsTheFactsAndSaysWhatItLeavesOut) {
  write_retailer();
  options_.features.from = "2024-01-02";
  options_.features.until = "2024-01-05";
  const FeatureResult result = build();
  EXPECT_EQ(value(result, "total_revenue", 0), 15.0);
  EXPECT_EQ(value(result, "total_revenue", 1), 0.0);
  EXPECT_EQ(result.store_features.find("unique_products_stocked"), nullptr) << "no count lies in the window";
  EXPECT_EQ(warnings_.at(0), "1 sale lines before features.from (2024-01-02) are left out.");
  EXPECT_EQ(warnings_.at(1), "2 sale lines after features.until (2024-01-05) are left out.");
  EXPECT_EQ(result.store_features.column("fit_reason").text_at(1), "no sales");
  options_.features.from = "2024-02-01";
  options_.features.until = "";
  EXPECT_EQ(
      fault(),
      "DataError | fact_sales: no sale lies between features.from and features.until; expected sales with a "
      "day; widen the window");
  options_.features.until = "2024-01-31";
  EXPECT_EQ(fault(),
            "InvalidInput | features.from: 2024-02-01 is after features.until (2024-01-31); expected a "
            "window with a "
            "day in it");
  options_.features.from = "01/02/2024";
  EXPECT_EQ(fault(),
            "InvalidInput | features.from: '01/02/2024' is not a date; expected a day like 2024-12-31");
}

TEST_F(BuildFeatures, WhatIsLostIsCountedAndSaid) {
  write_retailer();
  write_raw("fact_sales",
            "date,store_id,product_id,qty,unit_price_at_sale\n2024-01-01,01,p1,5,10\n2024-01-02,01,p9,7,10\n"
            "2024-01-02,01,,7,10\n2024-01-03,77,p1,1,10\n2024-01-03,02,p1,1,10\n");
  write_raw("dim_store_management", "store_id,regional\n01,South\n02,North\n03,North\n");
  write_raw("fact_inventory",
            "snapshot_date,store_id,product_id,qty_on_hand\n2024-01-01,01,p1,10\n2024-01-01,01,p9,20\n"
            "2024-01-01,88,p1,5\n");
  const FeatureResult result = build();
  EXPECT_EQ(result.store_features.n_rows(), 2u);
  EXPECT_EQ(value(result, "total_revenue", 0), 50.0);
  EXPECT_EQ(value(result, "days_active", 0), 1.0) << "days follow the same lines as the revenue";
  EXPECT_EQ(value(result, "unique_products_stocked", 0), 2.0) << "stock counts whatever dim_product has";
  EXPECT_EQ(warnings_,
            (std::vector<std::string>{
                "2 sale lines of products that dim_product does not have are left out.",
                "1 stores of dim_store_management that dim_store_physical does not have are left out.",
                "1 stock counts of stores that are not in the store list, or of no product are left out.",
                "1 sale lines of stores that are not in the store list are left out."}));
}

TEST_F(BuildFeatures, DoubleKeysAreRefused) {
  write_retailer();
  write_raw("dim_store_management", "store_id,regional\n01,South\n01,North\n");
  EXPECT_EQ(fault(),
            "DataError | dim_store_management: store 01 is there 2 times; expected one row a store; take the "
            "double "
            "rows out");
  write_retailer();
  write_raw("dim_product", "product_id,category\np1,A\np2,B\np2,B\n");
  EXPECT_EQ(fault(),
            "DataError | dim_product: product p2 is there 2 times; expected one row a product; take the "
            "double rows "
            "out");
  write_retailer();
  write_raw("dim_store_management", "store_id,regional\n09,South\n");
  EXPECT_EQ(fault(),
            "DataError | stores: no store is left; expected at least one store that is in every store table; "
            "look at "
            "the store tables' ids");
}

TEST_F(BuildFeatures, SalesAloneAreEnough) {
  write_raw("fact_sales", "date,store_id,sale_amount\n2024-01-01,b,5.5\n2024-01-02,a,1.25\n");
  options_.features.groups = {"mix", "weekend", "turnover"};
  const FeatureResult result = build();
  EXPECT_EQ(result.store_features.column("store_id").texts, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(value(result, "total_revenue", 1), 5.5);
  EXPECT_EQ(result.store_features.find("total_items_sold"), nullptr);
  EXPECT_EQ(result.store_features.find("size_m2"), nullptr);
  EXPECT_EQ(warnings_.at(0),
            "Feature group sales: no store has a value for total_items_sold, avg_ticket_item.");
  EXPECT_EQ(warnings_.at(1),
            "Feature group revenue_by_category is left out: there is no fact_sales.product_id, "
            "dim_product.category.");
  EXPECT_EQ(warnings_.back(), "There is no store table: the stores are those of the sales.");
}

TEST_F(BuildFeatures, SizesAreImputedAndFlagged) {
  write_retailer();
  write_raw("dim_store_management", "store_id\n01\n02\n03\n04\n05\n");
  write_raw("dim_store_physical",
            "store_id,size_m2,storage_capacity_m2\n01,50,10\n02,100,20\n03,,30\n04,-1,\n05,0,5\n");
  const FeatureResult result = build();
  ASSERT_TRUE(result.size_fit);
  EXPECT_NEAR(result.size_fit->slope, 5.0, 1e-12);
  EXPECT_NEAR(value(result, "size_m2", 2), 150.0, 1e-9);
  EXPECT_EQ(value(result, "size_m2", 3), 75.0) << "no storage area: the mean size";
  EXPECT_NEAR(value(result, "size_m2", 4), 25.0, 1e-9);
  EXPECT_EQ(value(result, "size_m2_imputed", 0), 0.0);
  EXPECT_EQ(value(result, "size_m2_imputed", 3), 1.0);
  EXPECT_TRUE(result.store_features.column("storage_capacity_m2").null_at(3))
      << "an unknown area stays unknown";
  EXPECT_EQ(result.n_sizes_imputed, 3);
}

TEST_F(BuildFeatures, WhoTakesPartInTheFit) {
  std::string sales = "date,store_id,qty,unit_price_at_sale\n";
  for (int week = 0; week < 20; ++week) {
    const std::string day = format_date(days_from_civil(2024, 1, 1) + 7 * week);
    sales += day + ",old,1,1\n" + day + ",shut,1,1\n";
    if (week < 5) sales += day + ",gone,1,1\n";
    if (week > 16) sales += day + ",young,1,1\n";
  }
  write_raw("fact_sales", sales);
  write_raw("dim_store_management",
            "store_id,opening_date,closing_date\nold,2020-01-01,\nshut,2020-01-01,2024-05-01\ngone,,\n"
            "young,2024-04-29,\nempty,2020-01-01,\n");
  options_.features.min_weeks = 4;
  const FeatureResult result = build();
  const Column& reasons = result.store_features.column("fit_reason");
  EXPECT_EQ(result.store_features.column("store_id").texts,
            (std::vector<std::string>{"empty", "gone", "old", "shut", "young"}));
  EXPECT_EQ(reasons.text_at(0), "no sales");
  EXPECT_EQ(reasons.text_at(1), "stopped selling");
  EXPECT_TRUE(reasons.null_at(2));
  EXPECT_EQ(reasons.text_at(3), "closed");
  EXPECT_EQ(reasons.text_at(4), "too short");
  EXPECT_EQ(value(result, "fit_eligible", 2), 1.0);
  EXPECT_EQ(value(result, "fit_eligible", 4), 0.0);
  EXPECT_TRUE(result.store_features.column("anos_de_loja").null_at(1));
  EXPECT_EQ(warnings_.back(), "1 of 5 stores take no part in the fit: too short.");
}

TEST_F(BuildFeatures, GroupsAreNamedByTheCatalogue) {
  write_retailer();
  options_.features.groups = {"weekends"};
  EXPECT_EQ(
      fault(),
      "InvalidInput | features.groups: there is no group 'weekends'; expected any of mix, weekend, season, "
      "growth, volatility, price, discount, assortment, turnover, trading; did you mean 'weekend'?");
}

TEST_F(BuildFeatures, AmountsThatCannotBeCountedAreRefused) {
  write_raw("fact_sales", "date,store_id,qty,unit_price_at_sale\n2024-01-01,1,1,nan\n");
  EXPECT_EQ(
      fault(),
      "DataError | fact_sales: unit_price_at_sale is nan (store 1, 2024-01-01); expected amounts under 1e14; "
      "mend the rows, or leave them out by scope.sales");
}

}  // namespace
}  // namespace aisle
