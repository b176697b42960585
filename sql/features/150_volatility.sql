-- group: volatility
-- title: Volatility
-- about: How much the weekly revenue varies. Weeks without a sale between the first and the last count as 0. Empty with fewer than 8 whole weeks.
-- needs: fact_sales.date
-- reads: sales_by_week, feature_window
-- column: volatility | ratio | standard deviation of weekly revenue over its mean
WITH spans AS (
    SELECT store_id, min(week) + 1 AS first_week, least(max(week), max(last_week)) AS final_week
    FROM sales_by_week
    CROSS JOIN feature_window
    GROUP BY store_id
), sums AS (
    -- Whole hundredths of money, so that the squares stay exact.
    SELECT
        sales_by_week.store_id,
        max(final_week - first_week + 1) AS n,
        CAST(sum(revenue_units // 100) AS HUGEINT) AS total,
        sum(CAST(revenue_units // 100 AS HUGEINT) * (revenue_units // 100)) AS squares
    FROM sales_by_week
    JOIN spans ON spans.store_id = sales_by_week.store_id
    WHERE week BETWEEN first_week AND final_week
    GROUP BY sales_by_week.store_id
)
SELECT
    store_id,
    sqrt(CAST(greatest(n * squares - total * total, 0) AS DOUBLE)) / CAST(total AS DOUBLE) AS volatility
FROM sums
WHERE n >= 8 AND total > 0
