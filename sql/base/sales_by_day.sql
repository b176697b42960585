-- table: sales_by_day
-- about: The sales of each store and day: one row a pair.
-- reads: sale_lines
-- column: n_lines | lines | sale lines
-- column: revenue_units | 1e-4 money | sum of qty x price (or of sale_amount)
SELECT
    store_id,
    date,
    count(*) AS n_lines,
    sum(revenue_units) AS revenue_units
FROM sale_lines
GROUP BY store_id, date
