-- table: sales_by_product
-- about: The sales of each store and product over the whole window: one row a pair.
-- reads: sale_lines
-- column: n_lines | lines | sale lines
-- column: n_priced | lines | sale lines with a price of a unit
-- column: items | units | sum of qty
-- column: revenue_units | 1e-4 money | sum of qty x price (or of sale_amount), each line counted in whole units of 1e-4
-- column: price_units | 1e-4 money | sum of the prices of a unit
SELECT
    store_id,
    product_id,
    count(*) AS n_lines,
    count(price_units) AS n_priced,
    sum(qty) AS items,
    sum(revenue_units) AS revenue_units,
    sum(price_units) AS price_units
FROM sale_lines
GROUP BY store_id, product_id
