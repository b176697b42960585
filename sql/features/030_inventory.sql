-- group: inventory
-- title: Stock
-- about: How deep and how wide the store is stocked. Made where there is an inventory.
-- needs: fact_inventory.store_id, fact_inventory.product_id, fact_inventory.qty_on_hand
-- switchable: no
-- reads: stock_by_product
-- missing: 0
-- column: avg_inventory_depth | units | mean of the units on hand over the counts of a product
-- column: unique_products_stocked | products | products that were counted at least once
SELECT
    store_id,
    CAST(sum(on_hand) AS DOUBLE) / nullif(CAST(sum(n_counts) AS DOUBLE), 0) AS avg_inventory_depth,
    count(product_id) AS unique_products_stocked
FROM stock_by_product
GROUP BY store_id
