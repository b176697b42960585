-- table: mix_names
-- about: The values of the mix column that have a feature of their own: the 60 with the most revenue. For stores that come after a training, those of the training. Made where there are products.
-- reads: sales_by_category
-- column: name | text | the value in lower case; unknown where there is none
SELECT name
FROM (
    SELECT
        lower(coalesce(mix, 'unknown')) AS name,
        row_number() OVER (ORDER BY sum(revenue_units) DESC, lower(coalesce(mix, 'unknown'))) AS place
    FROM sales_by_category
    GROUP BY lower(coalesce(mix, 'unknown'))
)
WHERE place <= 60
