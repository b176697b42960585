-- table: stock_by_product
-- about: The stock counts of each store and product over the whole window: one row a pair.
-- reads: stock_lines
-- column: n_counts | counts | counts with a quantity
-- column: on_hand | units | sum of qty_on_hand over the counts
SELECT
    store_id,
    product_id,
    count(qty_on_hand) AS n_counts,
    sum(qty_on_hand) AS on_hand
FROM stock_lines
GROUP BY store_id, product_id
