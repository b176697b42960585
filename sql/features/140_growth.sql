-- group: growth
-- title: Growth
-- about: The last 52 whole weeks of the window against the 52 before. A store that opened in between is compared like for like: only weeks whose week a year before it traded through. Empty where that leaves fewer than 13 weeks; left out where it leaves them to no store.
-- needs: fact_sales.date
-- reads: sales_by_day, feature_window
-- column: growth | share | revenue of the compared weeks over that of the same weeks a year before, minus 1
WITH weeks AS (
    SELECT store_id, (date - DATE '1970-01-01' + 3) // 7 AS week, sum(revenue_units) AS revenue_units
    FROM sales_by_day
    WHERE date IS NOT NULL
    GROUP BY store_id, (date - DATE '1970-01-01' + 3) // 7
), spans AS (
    -- The first week of a store is seldom whole.
    SELECT store_id, greatest(min(week) + 1, last_week - 103) AS first_before
    FROM weeks
    CROSS JOIN feature_window
    GROUP BY store_id, last_week
)
SELECT
    weeks.store_id,
    CAST(coalesce(sum(CASE WHEN week >= first_before + 52 THEN revenue_units END), 0) AS DOUBLE)
        / nullif(CAST(sum(CASE WHEN week <= last_week - 52 THEN revenue_units END) AS DOUBLE), 0) - 1 AS growth
FROM weeks
JOIN spans ON spans.store_id = weeks.store_id
CROSS JOIN feature_window
WHERE last_week - 52 - first_before + 1 >= 13 AND week <= last_week AND week >= first_before
    AND (week <= last_week - 52 OR week >= first_before + 52)
GROUP BY weeks.store_id
