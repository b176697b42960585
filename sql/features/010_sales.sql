-- group: sales
-- title: Sales
-- about: What the store sold over the window. Always made.
-- needs: fact_sales.store_id
-- switchable: no
-- reads: sales_by_period
-- missing: 0
-- column: total_revenue | money | sum of qty x unit price over the sale lines; a line without qty or price adds nothing
-- column: total_items_sold | units | sum of qty
-- column: days_active | days | days with a sale line
-- column: avg_ticket_item | money a unit | plain mean of the unit price over the sale lines, not weighted by qty
SELECT
    store_id,
    CAST(coalesce(sum(revenue_units), 0) AS DOUBLE) / 1e4 AS total_revenue,
    CAST(sum(items) AS BIGINT) AS total_items_sold,
    CAST(coalesce(sum(n_days), 0) AS BIGINT) AS days_active,
    CAST(sum(price_units) AS DOUBLE) / 1e4 / nullif(CAST(sum(n_priced) AS DOUBLE), 0) AS avg_ticket_item
FROM sales_by_period
GROUP BY store_id
