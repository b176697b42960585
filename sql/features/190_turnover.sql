-- group: turnover
-- title: Stock turnover
-- about: How often the stock of a product is sold in a year. Made where there is an inventory.
-- needs: fact_sales.product_id, fact_sales.qty, fact_inventory.store_id, fact_inventory.product_id, fact_inventory.qty_on_hand
-- reads: sales_by_product, sales_by_period, stock_by_product
-- column: stock_turnover | times a year | units sold a year and product sold, over the mean units on hand of a product
WITH sold AS (
    SELECT store_id, sum(items) AS items, count(product_id) AS n_products
    FROM sales_by_product
    GROUP BY store_id
), spans AS (
    SELECT store_id, CAST(max(last_day) - min(first_day) AS BIGINT) + 1 AS n_days
    FROM sales_by_period
    GROUP BY store_id
), stock AS (
    SELECT store_id, sum(on_hand) AS on_hand, sum(n_counts) AS n_counts
    FROM stock_by_product
    GROUP BY store_id
)
SELECT
    sold.store_id,
    CAST(items AS DOUBLE) / nullif(CAST(n_products AS DOUBLE), 0) / (CAST(n_days AS DOUBLE) / 365.25)
        / nullif(CAST(on_hand AS DOUBLE) / nullif(CAST(n_counts AS DOUBLE), 0), 0) AS stock_turnover
FROM sold
JOIN spans ON spans.store_id = sold.store_id
JOIN stock ON stock.store_id = sold.store_id
