-- group: mix
-- title: Category mix
-- about: The share of each category in the store's revenue. The product column is features.mix_column (category, brand, pack, ...). The 60 values with the most revenue have a column each, the rest are mix_other.
-- needs: fact_sales.product_id, dim_product.{mix_column}
-- reads: sales_by_category
-- shape: long
-- prefix: mix_
-- missing: 0
-- column: mix_* | share | revenue of one value (its name in lower case) over that of all; a value whose returns exceed its sales counts as 0; products without a value are mix_unknown
WITH by_value AS (
    SELECT store_id, lower(coalesce(mix, 'unknown')) AS name, sum(revenue_units) AS revenue_units
    FROM sales_by_category
    GROUP BY store_id, lower(coalesce(mix, 'unknown'))
), fleet AS (
    SELECT name, row_number() OVER (ORDER BY sum(revenue_units) DESC, name) AS place
    FROM by_value
    GROUP BY name
), named AS (
    SELECT
        store_id,
        CASE WHEN place <= 60 THEN by_value.name ELSE 'other' END AS name,
        sum(greatest(coalesce(revenue_units, 0), 0)) AS revenue_units
    FROM by_value
    JOIN fleet ON fleet.name = by_value.name
    GROUP BY store_id, CASE WHEN place <= 60 THEN by_value.name ELSE 'other' END
)
SELECT
    store_id,
    name,
    coalesce(
        CAST(revenue_units AS DOUBLE)
            / nullif(CAST(sum(revenue_units) OVER (PARTITION BY store_id) AS DOUBLE), 0),
        0) AS value
FROM named
