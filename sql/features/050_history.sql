-- group: history
-- title: History
-- about: Since when and how steadily the store trades, and whether it takes part in the fit. Always made.
-- needs: fact_sales.date
-- switchable: no
-- reads: sales_by_period, sales_by_week
-- column: first_sale | day | first day with a sale line
-- column: last_sale | day | last day with a sale line
-- column: weeks_active | weeks | weeks (Monday to Sunday) with a sale line
-- column: weeks_open | weeks | weeks from the first to the last sale, both counted
-- column: anos_de_loja | years | whole days from the opening to features.as_of, over 365.25; empty where the opening is unknown
-- column: fit_eligible | yes or no | whether the store takes part in the fit
-- column: fit_reason | text | why it does not: no sales, closed, stopped selling (no sale in the last 13 weeks) or too short (under features.min_weeks)
WITH days AS (
    SELECT store_id, min(first_day) AS first_sale, max(last_day) AS last_sale
    FROM sales_by_period
    WHERE week IS NOT NULL
    GROUP BY store_id
), weeks AS (
    SELECT store_id, count(*) AS weeks_active, max(week) - min(week) + 1 AS weeks_open
    FROM sales_by_week
    GROUP BY store_id
)
SELECT days.store_id, first_sale, last_sale, weeks_active, weeks_open
FROM days
JOIN weeks ON weeks.store_id = days.store_id
