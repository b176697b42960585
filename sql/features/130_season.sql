-- group: season
-- title: Season
-- about: How the trade moves over the year, from the store's last whole years (whole months, twelve at a time, up to the end of the sales), so that each month of the year counts alike. Summer is June to August, in the south January and February (December is kept apart); the south is known by a mapped latitude, else by the country of project.locale. Left out where no store has traded for twelve whole months.
-- needs: fact_sales.date
-- reads: sales_by_day, feature_window
-- column: december_lift | ratio | revenue a day in December over revenue a day in the whole years
-- column: summer_lift | ratio | revenue a day in summer over revenue a day in the whole years
-- column: month_spread | months | number of equal months that would be as uneven: (sum of revenue)^2 / sum of squared revenue by month of the year; 12 is even
WITH months AS (
    SELECT store_id, year(date) * 12 + month(date) - 1 AS month_number, sum(revenue_units) AS revenue_units
    FROM sales_by_day
    WHERE date IS NOT NULL
    GROUP BY store_id, year(date) * 12 + month(date) - 1
), whole_years AS (
    -- A month is whole for a store that sold in its first week.
    SELECT
        store_id,
        (last_month
            - (year(min(date)) * 12 + month(min(date)) - 1 + CASE WHEN day(min(date)) > 7 THEN 1 ELSE 0 END)
            + 1) // 12 AS n_years
    FROM sales_by_day
    CROSS JOIN feature_window
    WHERE date IS NOT NULL
    GROUP BY store_id, last_month
), counted AS (
    SELECT
        months.store_id,
        month_number % 12 + 1 AS month_of_year,
        n_years,
        sum(greatest(revenue_units, 0)) AS revenue_units
    FROM months
    JOIN whole_years ON whole_years.store_id = months.store_id
    CROSS JOIN feature_window
    WHERE n_years >= 1 AND month_number <= last_month AND month_number > last_month - 12 * n_years
    GROUP BY months.store_id, month_number % 12 + 1, n_years
), summed AS (
    SELECT
        store_id,
        n_years,
        CAST(sum(revenue_units) AS DOUBLE) AS total,
        CAST(coalesce(sum(CASE WHEN month_of_year = 12 THEN revenue_units END), 0) AS DOUBLE) AS december,
        CAST(coalesce(sum(CASE WHEN month_of_year BETWEEN summer_first AND summer_last THEN revenue_units END), 0)
            AS DOUBLE) AS summer,
        CAST(sum((revenue_units // 100) * (revenue_units // 100)) AS DOUBLE) * 1e4 AS squares
    FROM counted
    CROSS JOIN feature_window
    GROUP BY store_id, n_years
)
SELECT
    store_id,
    december / 31 / nullif(total / 365.25, 0) AS december_lift,
    summer / summer_days / nullif(total / 365.25, 0) AS summer_lift,
    total * total / nullif(squares, 0) AS month_spread
FROM summed
CROSS JOIN feature_window
