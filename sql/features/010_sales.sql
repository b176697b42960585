-- group: sales
-- title: Sales
-- about: What the store sold over the window. Always made.
-- needs: fact_sales.store_id
-- switchable: no
-- reads: sales_by_product, sales_by_day
-- missing: 0
-- column: total_revenue | money | sum of qty x unit price over the sale lines; a line without qty or price adds nothing
-- column: total_items_sold | units | sum of qty
-- column: days_active | days | days with a sale line
-- column: avg_ticket_item | money a unit | plain mean of the unit price over the sale lines, not weighted by qty
WITH by_store AS (
    SELECT
        store_id,
        sum(items) AS items,
        sum(revenue_units) AS revenue_units,
        sum(price_units) AS price_units,
        sum(n_priced) AS n_priced
    FROM sales_by_product
    GROUP BY store_id
), days AS (
    SELECT store_id, count(date) AS days_active
    FROM sales_by_day
    GROUP BY store_id
)
SELECT
    by_store.store_id,
    CAST(revenue_units AS DOUBLE) / 1e4 AS total_revenue,
    CAST(items AS BIGINT) AS total_items_sold,
    days_active,
    CAST(price_units AS DOUBLE) / 1e4 / nullif(CAST(n_priced AS DOUBLE), 0) AS avg_ticket_item
FROM by_store
JOIN days ON days.store_id = by_store.store_id
