"""The same job in Python: raw files to clustered stores, as the platform that aisle replaces does it.

  original_job.py RAW OUT --etl pandas|pyspark     raw tables to store features to clusters
  original_job.py RAW OUT --etl ... --features     the store features alone
  original_job.py FEATURES OUT --model             the model alone, from store features

Own code after the semantics that tests/data/seed42/README.md describes: aggregates by pandas or PySpark, size imputed by least
squares, FAMD by prince, HDBSCAN by hdbscan, noise by a scikit-learn forest, DBCV and silhouette.
"""
import argparse
import json
import pathlib

import numpy as np
import pandas as pd

BEHAVIOUR = ["total_revenue", "avg_ticket_item", "revenue_per_sqm", "avg_inventory_depth", "unique_products_stocked"]
DIMENSIONS = ["store_name", "regional", "current_cluster_label", "opening_date", "placement", "storage_capacity_m2",
              "address", "city", "state"]
AS_OF = pd.Timestamp("2024-12-31")


def finish_features(stores, aggregates):
    """Joins the aggregates onto the stores, imputes sizes and adds sales per square metre."""
    table = stores.merge(aggregates, on="store_id", how="left")
    numeric = table.select_dtypes("number").columns
    table[numeric] = table[numeric].fillna(0)
    known = table[table.size_m2 > 0]
    slope, intercept = np.polyfit(known.storage_capacity_m2, known.size_m2, 1)
    predicted = (intercept + slope * table.storage_capacity_m2).abs()
    table["size_m2"] = table.size_m2.where(table.size_m2 > 0, predicted)
    table["revenue_per_sqm"] = table.total_revenue / table.size_m2
    return table


def read_stores(raw):
    management = pd.read_parquet(raw / "dim_store_management.parquet")
    physical = pd.read_parquet(raw / "dim_store_physical.parquet")
    return management.merge(physical, on="store_id")


def features_by_pandas(raw):
    products = pd.read_parquet(raw / "dim_product.parquet")
    sales = pd.read_parquet(raw / "fact_sales").merge(products[["product_id", "category"]], on="product_id")
    sales["revenue"] = sales.qty * sales.unit_price_at_sale
    by_store = sales.groupby("store_id").agg(
        total_revenue=("revenue", "sum"), total_items_sold=("qty", "sum"), days_active=("date", "nunique"),
        avg_ticket_item=("unit_price_at_sale", "mean"))
    by_category = sales.pivot_table(index="store_id", columns="category", values="revenue", aggfunc="sum", fill_value=0)
    by_category.columns = ["rev_" + name.lower() for name in by_category.columns]
    inventory = pd.read_parquet(raw / "fact_inventory").groupby("store_id").agg(
        avg_inventory_depth=("qty_on_hand", "mean"), unique_products_stocked=("product_id", "nunique"))
    aggregates = by_store.join(by_category).join(inventory, how="outer").reset_index()
    return finish_features(read_stores(raw), aggregates)


def features_by_pyspark(raw):
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as f

    spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
             .config("spark.sql.shuffle.partitions", "8").config("spark.driver.memory", "4g").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    products = spark.read.parquet(str(raw / "dim_product.parquet"))
    sales = spark.read.parquet(str(raw / "fact_sales")).join(products.select("product_id", "category"), "product_id")
    sales = sales.withColumn("revenue", f.col("qty") * f.col("unit_price_at_sale"))
    by_store = sales.groupBy("store_id").agg(
        f.sum("revenue").alias("total_revenue"), f.sum("qty").alias("total_items_sold"),
        f.countDistinct("date").alias("days_active"), f.avg("unit_price_at_sale").alias("avg_ticket_item"))
    by_category = sales.groupBy("store_id").pivot("category").agg(f.sum("revenue"))
    for name in by_category.columns[1:]:
        by_category = by_category.withColumnRenamed(name, "rev_" + name.lower())
    inventory = spark.read.parquet(str(raw / "fact_inventory")).groupBy("store_id").agg(
        f.avg("qty_on_hand").alias("avg_inventory_depth"), f.countDistinct("product_id").alias("unique_products_stocked"))
    aggregates = by_store.join(by_category, "store_id", "left").join(inventory, "store_id", "outer").toPandas()
    spark.stop()
    return finish_features(read_stores(raw), aggregates)


def design(features):
    import prince
    from sklearn.preprocessing import StandardScaler

    context = pd.DataFrame({
        "anos_de_loja": (AS_OF - pd.to_datetime(features.opening_date)).dt.days / 365.25,
        "size_m2": np.log1p(features.size_m2),
        "regional": features.regional,
        "placement": features.placement})
    famd = prince.FAMD(n_components=5, random_state=42).fit(context)
    axes = famd.row_coordinates(context).to_numpy() / np.sqrt(famd.eigenvalues_[0])
    return np.hstack([axes, StandardScaler().fit_transform(features[BEHAVIOUR])])


def cluster(features):
    import hdbscan
    from hdbscan.validity import validity_index
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import silhouette_score

    matrix = design(features)
    labels = hdbscan.HDBSCAN(min_cluster_size=5, min_samples=1, cluster_selection_epsilon=1.0,
                             metric="manhattan").fit_predict(matrix)
    final = labels.copy()
    noise = labels == -1
    if noise.any() and not noise.all():
        forest = RandomForestClassifier(100, random_state=42).fit(matrix[~noise], labels[~noise])
        final[noise] = forest.predict(matrix[noise])
    metrics = {"n_clusters": int(labels.max() + 1), "noise_ratio": float(noise.mean()),
               "dbcv_score": float(validity_index(matrix, labels, metric="cityblock")),
               "silhouette_score": float(silhouette_score(matrix, final))}
    return features.assign(cluster=labels, cluster_final=final, is_inferred=noise), metrics


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--etl", choices=["pandas", "pyspark"], default="pandas")
    parser.add_argument("--model", action="store_true")
    parser.add_argument("--features", action="store_true")
    arguments = parser.parse_args()
    if arguments.model:
        features = pd.read_parquet(arguments.source)
    else:
        features = {"pandas": features_by_pandas, "pyspark": features_by_pyspark}[arguments.etl](arguments.source)
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.features:
        features.to_parquet(arguments.out / "store_features.parquet")
        return
    stores, metrics = cluster(features)
    stores.to_parquet(arguments.out / "final_clustered_stores.parquet")
    (arguments.out / "metrics.json").write_text(json.dumps(metrics))
    print(json.dumps(metrics))


if __name__ == "__main__":
    main()
