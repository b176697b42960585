-- group: price
-- title: Price position
-- about: Whether the store sells the dear or the cheap part of each category.
-- needs: fact_sales.product_id, fact_sales.qty, dim_product.category
-- reads: sales_by_category
-- column: price_position | ratio | revenue over what the same units would earn at the fleet's mean price of their category; 1 is the fleet's mean
WITH by_category AS (
    SELECT
        store_id,
        coalesce(category, 'unknown') AS category,
        sum(items) AS items,
        sum(revenue_units) AS revenue_units
    FROM sales_by_category
    GROUP BY store_id, coalesce(category, 'unknown')
), fleet AS (
    -- The mean price in whole units of 1e-6 money, so that sums stay exact.
    SELECT category, CAST(sum(revenue_units) AS HUGEINT) * 100 // nullif(sum(items), 0) AS mean_price
    FROM by_category
    GROUP BY category
)
SELECT
    store_id,
    CAST(sum(revenue_units) AS DOUBLE) * 100 / nullif(CAST(sum(items * mean_price) AS DOUBLE), 0) AS price_position
FROM by_category
JOIN fleet ON fleet.category = by_category.category
GROUP BY store_id
