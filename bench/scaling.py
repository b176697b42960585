"""Store features from 1 to 50 million sales rows: DuckDB and Spark through aisle, PySpark and pandas without it.

  bench/scaling.sh AISLE [MILLIONS...]        default: 1 5 25 50; 200 is for DuckDB alone

Each case runs once at each size, in turn, after a run that is not counted; the table has seconds, the largest memory,
and the slope: the exponent b of seconds ~ rows^b between the sizes beside each other. A case that took over three
minutes, or whose memory would not fit, is left out at larger sizes.
"""
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pyarrow.parquet as parquet

from timing import once, peak_of

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "spark"))
from spark_server import SparkServer  # noqa: E402

JOB = [sys.executable, HERE / "peers" / "original_job.py"]
LONGEST = 180.0
# generate gives about 1,100 sale lines a store and year with 200 products.
STORES_OF_A_MILLION = 300
DUCKDB_ALONE = 100


def rows_of(project):
    files = (project / "data" / "raw" / "fact_sales").rglob("*.parquet")
    return sum(parquet.read_metadata(file).num_rows for file in files)


def project_of(aisle, work, millions):
    """A project of about so many million sales rows, made once."""
    folder = work / f"rows-{millions}m"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([aisle, "init", "--template", "original", "--project", folder], check=True, capture_output=True)
        subprocess.run([aisle, "generate", "--project", folder, "--quiet", "--stores", str(STORES_OF_A_MILLION * millions)],
                       check=True, capture_output=True)
        (folder / "complete").touch()
    return folder


def spark_tasks(server):
    return peak_of(server.process.pid)


def main():
    aisle, *sizes = sys.argv[1:]
    sizes = [int(size) for size in sizes] or [1, 5, 25, 50]
    work = pathlib.Path(os.environ.get("AISLE_BENCH", pathlib.Path(tempfile.gettempdir()) / "aisle-bench")) / "scaling"
    work.mkdir(parents=True, exist_ok=True)
    results = {}
    skipped = set()
    for millions in sizes:
        project = project_of(aisle, work, millions)
        n_rows = rows_of(project)
        features = [aisle, "run", "--only", "data_checks,store_features", "--force", "--quiet", "--project", project]
        raw = project / "data" / "raw"
        cases = {
            "DuckDB, 1 thread": [*features, "--set", "engine.threads=1"],
            "DuckDB, 2 threads": [*features, "--set", "engine.threads=2"],
            "Spark local[2] through aisle": [*features, "--set", "engine.kind=spark", "--set"],
            "PySpark, the original's aggregates": [*JOB, raw, work / "peer", "--etl", "pyspark", "--features"],
            "pandas, the original's aggregates": [*JOB, raw, work / "peer", "--etl", "pandas", "--features"],
        }
        for name, command in cases.items():
            if name in skipped or (millions >= DUCKDB_ALONE and not name.startswith("DuckDB")):
                continue
            server = None
            if name.startswith("Spark"):
                server = SparkServer(os.environ["SPARK_HOME"], work / "server")
                command = [*command, f"engine.spark_url={server.url}"]
            try:
                seconds, peak = once(command, dict(os.environ))
                if server is not None:
                    peak += spark_tasks(server)
            finally:
                if server is not None:
                    server.stop()
            results.setdefault(name, []).append((n_rows, seconds, peak))
            print(f"{n_rows:>12,} rows  {name:36} {seconds:8.1f} s  {peak / 2**20:8,.0f} MB", flush=True)
            if seconds > LONGEST:
                skipped.add(name)
    show(results)


def show(results):
    print("\n| | rows | seconds | memory, MB | rows a second | slope |\n|---|---:|---:|---:|---:|---:|")
    for name, runs in results.items():
        for at, (n_rows, seconds, peak) in enumerate(runs):
            slope = ""
            if at > 0:
                before = runs[at - 1]
                slope = f"{math.log(seconds / before[1]) / math.log(n_rows / before[0]):.2f}"
            print(f"| {name} | {n_rows:,} | {seconds:.1f} | {peak / 2**20:,.0f} | {n_rows / seconds:,.0f} | {slope} |")


if __name__ == "__main__":
    main()
