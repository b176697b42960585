-- table: sales_by_product
-- about: The sales of each store and product over the whole window: one row a pair.
-- reads: sale_lines
-- column: n_lines | lines | sale lines
-- column: items | units | sum of qty
-- column: revenue_units | 1e-4 money | sum of qty x price (or of sale_amount), each line counted in whole units of 1e-4
SELECT
    store_id,
    product_id,
    count(*) AS n_lines,
    CAST(sum(qty) AS BIGINT) AS items,
    CAST(sum(revenue_units) AS BIGINT) AS revenue_units
FROM sale_lines
GROUP BY store_id, product_id
