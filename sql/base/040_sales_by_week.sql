-- table: sales_by_week
-- about: The sales of each store and week with a sale line: one row a pair.
-- reads: sales_by_period
-- column: week | number | weeks since Monday 1969-12-29
-- column: revenue_units | 1e-4 money | sum of qty x price (or of sale_amount)
-- column: n_days | days | days with a sale line
SELECT
    store_id,
    week,
    CAST(coalesce(sum(revenue_units), 0) AS BIGINT) AS revenue_units,
    CAST(sum(n_days) AS BIGINT) AS n_days
FROM sales_by_period
WHERE week IS NOT NULL
GROUP BY store_id, week
