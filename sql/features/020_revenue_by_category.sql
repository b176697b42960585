-- group: revenue_by_category
-- title: Revenue by category
-- about: The revenue of each product category. Made where the products have a category.
-- needs: fact_sales.product_id, dim_product.category
-- switchable: no
-- reads: sales_by_category
-- shape: long
-- prefix: rev_
-- missing: 0
-- column: rev_* | money | revenue of one category (its name in lower case); 0 where the store sold none; products without a category are rev_unknown
SELECT
    store_id,
    lower(coalesce(category, 'unknown')) AS name,
    CAST(sum(revenue_units) AS DOUBLE) / 1e4 AS value
FROM sales_by_category
GROUP BY store_id, lower(coalesce(category, 'unknown'))
