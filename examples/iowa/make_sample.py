#!/usr/bin/env python3
"""Makes the sample in data/raw from the State of Iowa's files.

    make_sample.py FOLDER

FOLDER holds stores.csv and products.csv as data.iowa.gov exports them ("Iowa Liquor Stores", "Iowa Liquor
Products") and sales_2021.parquet: Date, Store Number, Item Number, Bottles Sold and Sale (Dollars) of
"Iowa Liquor Sales" in 2021. Needs the Python package duckdb. The same files give the same sample.
"""
import pathlib
import sys

import duckdb

FIRST_DAY, LAST_DAY = "2021-10-01", "2021-10-31"
ONE_STORE_IN = 4  # by store number, so that chains and towns keep their shares


def main(folder: pathlib.Path, target: pathlib.Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    run = duckdb.connect().execute
    run(f"""CREATE TABLE sales AS
        SELECT "Date", "Store Number", "Item Number", "Bottles Sold", "Sale (Dollars)"
        FROM read_parquet('{folder / "sales_2021.parquet"}')
        WHERE "Date" BETWEEN '{FIRST_DAY}' AND '{LAST_DAY}' AND CAST("Store Number" AS INT) % {ONE_STORE_IN} = 0
        ORDER BY ALL""")
    run(f"""CREATE TABLE stores AS
        SELECT "Store", "Name", "Store Status", "Address", "City", "State", "Zip Code",
               round(CAST(latitude AS DOUBLE), 5) AS latitude, round(CAST(longitude AS DOUBLE), 5) AS longitude
        FROM read_csv('{folder / "stores.csv"}', all_varchar = true)
        WHERE "Store" IN (SELECT "Store Number" FROM sales) ORDER BY CAST("Store" AS INT)""")
    run(f"""CREATE TABLE products AS
        SELECT "Item Number", "Category Name", "Item Description", "Vendor Name", "Bottle Volume (ml)", "Pack",
               "State Bottle Cost", "State Bottle Retail"
        FROM read_csv('{folder / "products.csv"}', all_varchar = true)
        WHERE "Item Number" IN (SELECT "Item Number" FROM sales) ORDER BY CAST("Item Number" AS INT)""")
    run(f"COPY sales TO '{target / 'sales.parquet'}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19)")
    run(f"COPY stores TO '{target / 'stores.csv'}' (FORMAT csv, HEADER)")
    run(f"COPY products TO '{target / 'products.csv'}' (FORMAT csv, HEADER)")
    for table in ("sales", "stores", "products"):
        print(table, run(f"SELECT count(*) FROM {table}").fetchone()[0], "rows")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(__file__).resolve().parent / "data" / "raw")
