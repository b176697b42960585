-- group: assortment
-- title: Assortment
-- about: How many products the store really sells.
-- needs: fact_sales.product_id
-- reads: sales_by_product
-- column: assortment_width | products | products sold at least once
-- column: items_per_product | units | units sold for each product sold
SELECT
    store_id,
    count(product_id) AS assortment_width,
    CAST(sum(items) AS DOUBLE) / nullif(CAST(count(product_id) AS DOUBLE), 0) AS items_per_product
FROM sales_by_product
WHERE product_id IS NOT NULL
GROUP BY store_id
