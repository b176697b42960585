-- group: size
-- title: Size
-- about: The sales area and what it earns. Made where at least one store has a size. A size that is missing, zero or negative is set to the absolute value of an ordinary least squares fit on the storage area (in C++, over the stores with both; the mean size where storage says nothing).
-- needs: dim_store_physical.size_m2
-- switchable: no
-- reads: stores
-- column: size_m2 | m2 | sales area, imputed where unknown
-- column: revenue_per_sqm | money a m2 | total_revenue over size_m2; 0 where the size is not above 0
-- column: size_m2_imputed | yes or no | whether size_m2 was imputed
SELECT store_id, size_m2
FROM stores
