-- group: volatility
-- title: Volatility
-- about: How much the weekly revenue varies. Weeks without a sale between the first and the last count as 0. Empty with fewer than 8 whole weeks.
-- needs: fact_sales.date
-- reads: sales_by_day, feature_window
-- column: volatility | ratio | standard deviation of weekly revenue over its mean
WITH weeks AS (
    SELECT store_id, (date - DATE '1970-01-01' + 3) // 7 AS week, sum(revenue_units) // 100 AS revenue
    FROM sales_by_day
    WHERE date IS NOT NULL
    GROUP BY store_id, (date - DATE '1970-01-01' + 3) // 7
), spans AS (
    SELECT store_id, min(week) + 1 AS first_week, least(max(week), max(last_week)) AS final_week
    FROM weeks
    CROSS JOIN feature_window
    GROUP BY store_id
), sums AS (
    SELECT
        weeks.store_id,
        final_week - first_week + 1 AS n,
        sum(revenue) AS total,
        sum(CAST(revenue AS HUGEINT) * revenue) AS squares
    FROM weeks
    JOIN spans ON spans.store_id = weeks.store_id
    WHERE week BETWEEN first_week AND final_week
    GROUP BY weeks.store_id, final_week - first_week + 1
)
SELECT
    store_id,
    sqrt(CAST(greatest(n * squares - total * total, 0) AS DOUBLE)) / nullif(CAST(total AS DOUBLE), 0) AS volatility
FROM sums
WHERE n >= 8 AND total > 0
