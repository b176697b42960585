-- group: trading
-- title: Trading weeks
-- about: What an open week brings, whatever the length of the history.
-- needs: fact_sales.date
-- reads: sales_by_day
-- column: revenue_per_week | money a week | revenue over the weeks (Monday to Sunday) with a sale line
-- column: days_per_week | days | days with a sale line, a week with one
SELECT
    store_id,
    CAST(sum(revenue_units) AS DOUBLE) / 1e4
        / CAST(count(DISTINCT (date - DATE '1970-01-01' + 3) // 7) AS DOUBLE) AS revenue_per_week,
    CAST(count(*) AS DOUBLE) / CAST(count(DISTINCT (date - DATE '1970-01-01' + 3) // 7) AS DOUBLE) AS days_per_week
FROM sales_by_day
WHERE date IS NOT NULL
GROUP BY store_id
