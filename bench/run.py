"""aisle beside the same job in Python. Prints one table a case; docs/benchmarks.md keeps them.

  bench/run.sh AISLE [original] [thousand] [model] [iowa] [generate]
"""
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time

import numpy as np
import pandas as pd

from timing import compare, show

HERE = pathlib.Path(__file__).resolve().parent
# What the peers do too; `aisle run` goes on with insight, the stores' map and the report.
TO_SEGMENTS = "data_checks,store_features,cluster_model,cluster_stability,segments"
JOB = [sys.executable, HERE / "peers" / "original_job.py"]


def aisle_project(aisle, folder, stores):
    """A project of the synthetic retailer with `stores` stores, made once."""
    if not (folder / "data" / "raw" / "fact_sales").is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([aisle, "init", "--template", "original", "--project", folder], check=True, capture_output=True)
        subprocess.run([aisle, "generate", "--stores", str(stores), "--project", folder], check=True, capture_output=True)
    return folder


def whole_job(aisle, work, title, stores, repeats, spark_repeats):
    project = aisle_project(aisle, work / f"stores-{stores}", stores)
    raw = project / "data" / "raw"
    rows = sum(pd.read_parquet(raw / table, columns=["store_id"]).shape[0] for table in ("fact_sales", "fact_inventory"))
    cases = {
        "aisle": ([aisle, "run", "--force", "--quiet", "--only", TO_SEGMENTS, "--project", project], None),
        "aisle, on to the report": ([aisle, "run", "--force", "--quiet", "--project", project], None),
        "pandas, prince, hdbscan": ([*JOB, raw, work / "peer", "--etl", "pandas"], None),
        "PySpark, prince, hdbscan": ([*JOB, raw, work / "peer", "--etl", "pyspark"], spark_repeats),
    }
    show(f"{title}: {stores} stores, {rows:,} raw rows, raw files to segments", compare(cases, repeats))


def many_stores(features, n):
    """n stores drawn from real feature rows with a little noise, as a feature table."""
    draws = np.random.default_rng(1)
    table = features.iloc[draws.integers(0, len(features), n)].reset_index(drop=True)
    for name in table.select_dtypes("float").columns:
        table[name] *= 1 + 0.05 * draws.standard_normal(n)
    table["store_id"] = [f"store-{i:06d}" for i in range(n)]
    return table


def model_alone(aisle, work, n=50_000):
    project = aisle_project(aisle, work / "stores-1000", 1000)
    copy = work / f"model-{n}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(project, copy)
    subprocess.run([aisle, "run", "--force", "--quiet", "--project", copy], check=True, capture_output=True)
    features = copy / "data" / "processed" / "store_features.parquet"
    many_stores(pd.read_parquet(features), n).to_parquet(features)
    cases = {
        "aisle": ([aisle, "run", "--only", "cluster_model", "--force", "--quiet", "--project", copy], None),
        "prince, hdbscan, scikit-learn": ([*JOB, features, work / "peer", "--model"], 2),
    }
    show(f"The model alone: {n:,} stores", compare(cases, 3))


def iowa(aisle, work):
    shared = os.environ.get("AISLE_IOWA")
    if not shared:
        print("\n### Iowa: left out; AISLE_IOWA names no folder with the full data")
        return
    folder = work / "iowa"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE.parent / "examples" / "iowa", folder)
    shutil.rmtree(folder / "data", ignore_errors=True)
    shutil.copytree(shared, folder / "data" / "raw")
    command = [aisle, "run", "--force", "--quiet", "--only", TO_SEGMENTS, "--project", folder]
    options = ["--set", 'tables.fact_sales.path="data/raw/sales_2021.parquet"']
    show("Iowa 2021: 2.6 million rows, raw files to segments", compare({"aisle": (command + options, None)}, 5))


def generate(aisle, work):
    print("\n### generate\n\n| stores | rows | seconds (min of 3) | rows a second | peak MB |\n|---|---|---|---|---|")
    for stores in (100, 1000):
        folder = work / f"generate-{stores}"
        shutil.rmtree(folder, ignore_errors=True)
        aisle_project(aisle, folder, stores)
        seen = compare({"aisle": ([aisle, "generate", "--stores", str(stores), "--project", folder], None)}, 3)["aisle"]
        raw = folder / "data" / "raw"
        rows = sum(pd.read_parquet(raw / table, columns=["store_id"]).shape[0] for table in ("fact_sales", "fact_inventory"))
        print(f"| {stores} | {rows:,} | {seen['min']:.2f} | {rows / seen['min']:,.0f} | {seen['peak_mb']:.0f} |", flush=True)


def main():
    aisle = pathlib.Path(sys.argv[1]).resolve()
    work = pathlib.Path(os.environ.get("AISLE_BENCH_DIR", HERE.parent / "build" / "bench"))
    work.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:] or ["original", "thousand", "model", "iowa", "generate"]
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}")
    if "original" in wanted:
        whole_job(aisle, work, "The original's own job", 100, 7, 2)
    if "thousand" in wanted:
        whole_job(aisle, work, "A larger retailer", 1000, 3, 1)
    if "model" in wanted:
        model_alone(aisle, work)
    if "iowa" in wanted:
        iowa(aisle, work)
    if "generate" in wanted:
        generate(aisle, work)


if __name__ == "__main__":
    main()
