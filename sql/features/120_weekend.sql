-- group: weekend
-- title: Weekend
-- about: How much of the trade falls on Saturday and Sunday.
-- needs: fact_sales.date
-- reads: sales_by_period
-- column: weekend_share | share | revenue of Saturdays and Sundays over all revenue
SELECT
    store_id,
    CAST(coalesce(sum(weekend_units), 0) AS DOUBLE) / nullif(CAST(sum(revenue_units) AS DOUBLE), 0) AS weekend_share
FROM sales_by_period
WHERE week IS NOT NULL
GROUP BY store_id
