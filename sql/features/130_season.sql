-- group: season
-- title: Season
-- about: How the trade moves over the year. A store's days run from its first sale (from the start of the window where it sold within four weeks of that) to the end of the window (to its last sale where it has stopped). Summer is June to August, in the south January and February (December is kept apart); the south is known by a mapped latitude, else by the country of project.locale.
-- needs: fact_sales.date
-- reads: sales_by_period, feature_window, calendar
-- column: december_lift | ratio | revenue a day in December over revenue a day; empty with under 14 days of December or 26 weeks in all
-- column: summer_lift | ratio | revenue a day in summer over revenue a day; empty with under 28 days of summer or 26 weeks in all
-- column: month_spread | ratio | standard deviation of monthly revenue over its mean, over the store's last 12 whole months; empty with under 6
WITH spans AS (
    SELECT
        store_id,
        CASE WHEN min(first_day) < min(from_day) + 28 THEN min(from_day) ELSE min(first_day) END AS begin_day,
        CASE WHEN max(last_day) >= max(until_day) - 91 THEN max(until_day) ELSE max(last_day) END AS end_day,
        CASE WHEN max(last_day) >= max(until_day) - 91 THEN max(last_month) ELSE max(month_number) - 1 END
            AS final_month
    FROM sales_by_period
    CROSS JOIN feature_window
    WHERE week IS NOT NULL
    GROUP BY store_id
), counted AS (
    SELECT
        spans.store_id,
        CAST(end_day - begin_day AS BIGINT) + 1 AS n_days,
        after.december_days - before.december_days AS december_days,
        after.summer_days - before.summer_days AS summer_days,
        final_month,
        -- A month is whole where the store sold in its first week.
        greatest(
            final_month - 11,
            year(begin_day) * 12 + month(begin_day) - 1 + CASE WHEN day(begin_day) > 7 THEN 1 ELSE 0 END)
            AS first_month
    FROM spans
    JOIN calendar AS before ON before.date = begin_day - 1
    JOIN calendar AS after ON after.date = end_day
), months AS (
    SELECT store_id, month_number, CAST(coalesce(sum(revenue_units), 0) AS BIGINT) AS revenue_units
    FROM sales_by_period
    WHERE week IS NOT NULL
    GROUP BY store_id, month_number
), summed AS (
    SELECT
        months.store_id,
        max(n_days) AS n_days,
        max(december_days) AS december_days,
        max(summer_days) AS summer_days,
        max(final_month - first_month + 1) AS n_months,
        CAST(sum(revenue_units) AS DOUBLE) AS total,
        CAST(sum(CASE WHEN month_number % 12 = 11 THEN revenue_units ELSE 0 END) AS DOUBLE) AS december,
        CAST(sum(CASE WHEN month_number % 12 + 1 BETWEEN summer_first AND summer_last THEN revenue_units ELSE 0 END)
            AS DOUBLE) AS summer,
        -- Whole hundredths of money, so that the squares stay exact.
        CAST(sum(CASE WHEN month_number BETWEEN first_month AND final_month THEN revenue_units // 100 ELSE 0 END)
            AS HUGEINT) AS spread_sum,
        sum(CASE WHEN month_number BETWEEN first_month AND final_month
            THEN CAST(revenue_units // 100 AS HUGEINT) * (revenue_units // 100) ELSE 0 END) AS spread_squares
    FROM months
    JOIN counted ON counted.store_id = months.store_id
    CROSS JOIN feature_window
    GROUP BY months.store_id
)
SELECT
    store_id,
    CASE WHEN december_days >= 14 AND n_days >= 182
        THEN december / december_days / nullif(total / n_days, 0) END AS december_lift,
    CASE WHEN summer_days >= 28 AND n_days >= 182
        THEN summer / summer_days / nullif(total / n_days, 0) END AS summer_lift,
    CASE WHEN n_months >= 6 AND spread_sum > 0
        THEN sqrt(CAST(greatest(n_months * spread_squares - spread_sum * spread_sum, 0) AS DOUBLE))
            / CAST(spread_sum AS DOUBLE) END AS month_spread
FROM summed
