-- table: stock_by_product
-- about: The stock counts of each store and product over the whole window: one row a pair. Made where there is an inventory.
-- reads: stock_lines, store_codes, product_codes
-- column: n_lines | counts | counts
-- column: n_counts | counts | counts with a quantity
-- column: on_hand | units | sum of qty_on_hand over the counts
WITH by_code AS (
    -- Small numbers group much faster than text keys do, and stock has the most rows of all.
    SELECT
        store_code,
        product_code,
        count(*) AS n_lines,
        count(qty_on_hand) AS n_counts,
        CAST(sum(qty_on_hand) AS BIGINT) AS on_hand
    FROM stock_lines
    JOIN store_codes ON store_codes.store_id = stock_lines.store_id
    JOIN product_codes ON product_codes.product_id = stock_lines.product_id
    GROUP BY store_code, product_code
)
SELECT store_id, product_id, n_lines, n_counts, on_hand
FROM by_code
JOIN store_codes ON store_codes.store_code = by_code.store_code
JOIN product_codes ON product_codes.product_code = by_code.product_code
