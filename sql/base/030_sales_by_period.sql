-- table: sales_by_period
-- about: The sales of each store, month and week: one row each. A week that two months share has a row in both. Lines without a day have a row without month and week.
-- reads: sale_lines
-- column: month_number | number | year x 12 + month - 1
-- column: week | number | weeks since Monday 1969-12-29
-- column: n_priced | lines | sale lines with a price of a unit
-- column: price_units | 1e-4 money | sum of the prices of a unit
-- column: items | units | sum of qty
-- column: revenue_units | 1e-4 money | sum of qty x price (or of sale_amount)
-- column: weekend_units | 1e-4 money | the same on Saturdays and Sundays
-- column: n_days | days | days with a sale line
-- column: first_day | day | the first of them
-- column: last_day | day | the last of them
SELECT
    store_id,
    year(date) * 12 + month(date) - 1 AS month_number,
    (CAST(date - DATE '1970-01-01' AS BIGINT) + 3) // 7 AS week,
    count(price_units) AS n_priced,
    CAST(sum(price_units) AS BIGINT) AS price_units,
    CAST(sum(qty) AS BIGINT) AS items,
    CAST(sum(revenue_units) AS BIGINT) AS revenue_units,
    CAST(sum(CASE WHEN (CAST(date - DATE '1970-01-01' AS BIGINT) + 3) % 7 >= 5 THEN revenue_units END) AS BIGINT) AS weekend_units,
    bit_count(bit_or(CAST(1 AS BIGINT) << CAST((CAST(date - DATE '1970-01-01' AS BIGINT) + 3) % 7 AS INTEGER))) AS n_days,
    min(date) AS first_day,
    max(date) AS last_day
FROM sale_lines
GROUP BY store_id, year(date) * 12 + month(date) - 1, (CAST(date - DATE '1970-01-01' AS BIGINT) + 3) // 7
