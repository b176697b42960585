-- group: mix
-- title: Category mix
-- about: The share of each category in the store's revenue. The product column is features.mix_column (category, brand, pack, ...). The 60 values with the most revenue have a column each, the rest are mix_other.
-- needs: fact_sales.product_id, dim_product.{mix_column}
-- reads: sales_by_category, mix_names
-- shape: long
-- prefix: mix_
-- missing: 0
-- column: mix_* | share | revenue of one value (its name in lower case) over that of all; a value whose returns exceed its sales counts as 0; products without a value are mix_unknown
WITH by_value AS (
    SELECT store_id, lower(coalesce(mix, 'unknown')) AS name, sum(revenue_units) AS revenue_units
    FROM sales_by_category
    GROUP BY store_id, lower(coalesce(mix, 'unknown'))
), named AS (
    SELECT
        store_id,
        coalesce(mix_names.name, 'other') AS name,
        sum(greatest(coalesce(revenue_units, 0), 0)) AS revenue_units
    FROM by_value
    LEFT JOIN mix_names ON mix_names.name = by_value.name
    GROUP BY store_id, coalesce(mix_names.name, 'other')
)
SELECT
    store_id,
    name,
    coalesce(
        CAST(revenue_units AS DOUBLE)
            / nullif(CAST(sum(revenue_units) OVER (PARTITION BY store_id) AS DOUBLE), 0),
        0) AS value
FROM named
