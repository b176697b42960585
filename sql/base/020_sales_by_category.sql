-- table: sales_by_category
-- about: The sales of each store, category and value of the mix column: one row each. Made where there are products.
-- reads: sales_by_product, products
-- column: category | text | as in products
-- column: mix | text | as in products
-- column: items | units | sum of qty
-- column: revenue_units | 1e-4 money | sum of qty x price (or of sale_amount)
-- column: listed_revenue_units | 1e-4 money | the same over products that have a list price
-- column: list_units | 1e-4 money | value of the items at list price, over products that have one
SELECT
    store_id,
    category,
    mix,
    CAST(sum(items) AS BIGINT) AS items,
    CAST(sum(revenue_units) AS BIGINT) AS revenue_units,
    CAST(sum(CASE WHEN base_price_units > 0 THEN revenue_units END) AS BIGINT) AS listed_revenue_units,
    CAST(sum(CASE WHEN base_price_units > 0 THEN items * base_price_units END) AS BIGINT) AS list_units
FROM sales_by_product
JOIN products ON products.product_id = sales_by_product.product_id
GROUP BY store_id, category, mix
