-- group: discount
-- title: Discount
-- about: How much of the list price is given away, over the products that have one.
-- needs: fact_sales.product_id, fact_sales.qty, dim_product.base_price
-- reads: sales_by_category
-- column: discount_share | share | 1 minus revenue over the value of the same units at list price; below 0 where the store sells above list
SELECT
    store_id,
    1 - CAST(sum(listed_revenue_units) AS DOUBLE) / nullif(CAST(sum(list_units) AS DOUBLE), 0) AS discount_share
FROM sales_by_category
GROUP BY store_id
