-- group: trading
-- title: Trading weeks
-- about: What an open week brings, whatever the length of the history.
-- needs: fact_sales.date
-- reads: sales_by_week
-- column: revenue_per_week | money a week | revenue over the weeks (Monday to Sunday) with a sale line
-- column: days_per_week | days | days with a sale line, a week with one
SELECT
    store_id,
    CAST(sum(revenue_units) AS DOUBLE) / 1e4 / CAST(count(*) AS DOUBLE) AS revenue_per_week,
    CAST(sum(n_days) AS DOUBLE) / CAST(count(*) AS DOUBLE) AS days_per_week
FROM sales_by_week
GROUP BY store_id
