-- group: growth
-- title: Growth
-- about: The last 52 whole weeks of the window against the 52 before. A store that opened in between is compared like for like: only weeks whose week a year before it traded through. Empty where that leaves fewer than 13 weeks; left out where it leaves them to no store.
-- needs: fact_sales.date
-- reads: sales_by_week, feature_window
-- column: growth | share | revenue of the compared weeks over that of the same weeks a year before, minus 1
WITH spans AS (
    -- The first week of a store is seldom whole.
    SELECT store_id, greatest(min(week) + 1, max(last_week) - 103) AS first_before, max(last_week) AS last_week
    FROM sales_by_week
    CROSS JOIN feature_window
    GROUP BY store_id
)
SELECT
    sales_by_week.store_id,
    CAST(sum(CASE WHEN week >= first_before + 52 THEN revenue_units ELSE 0 END) AS DOUBLE)
        / nullif(CAST(sum(CASE WHEN week <= last_week - 52 THEN revenue_units ELSE 0 END) AS DOUBLE), 0) - 1 AS growth
FROM sales_by_week
JOIN spans ON spans.store_id = sales_by_week.store_id
WHERE last_week - 52 - first_before + 1 >= 13
    AND (week BETWEEN first_before AND last_week - 52 OR week BETWEEN first_before + 52 AND last_week)
GROUP BY sales_by_week.store_id
