-- group: history
-- title: History
-- about: Since when and how steadily the store trades, and whether it takes part in the fit. Always made.
-- needs: fact_sales.date
-- switchable: no
-- reads: sales_by_day, stores, feature_window
-- column: first_sale | day | first day with a sale line
-- column: last_sale | day | last day with a sale line
-- column: weeks_active | weeks | weeks (Monday to Sunday) with a sale line
-- column: weeks_open | weeks | weeks from the first to the last sale, both counted
-- column: anos_de_loja | years | whole days from the opening to features.as_of, over 365.25; empty where the opening is unknown
-- column: fit_eligible | yes or no | whether the store takes part in the fit
-- column: fit_reason | text | why it does not: no sales, closed, stopped selling (no sale in the last 13 weeks) or too short (under features.min_weeks)
WITH weeks AS (
    SELECT
        store_id,
        min(date) AS first_sale,
        max(date) AS last_sale,
        count(DISTINCT (date - DATE '1970-01-01' + 3) // 7) AS weeks_active
    FROM sales_by_day
    GROUP BY store_id
)
SELECT
    store_id,
    first_sale,
    last_sale,
    weeks_active,
    (last_sale - DATE '1970-01-01' + 3) // 7 - (first_sale - DATE '1970-01-01' + 3) // 7 + 1 AS weeks_open
FROM weeks
