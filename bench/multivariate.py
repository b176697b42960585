"""FAMD, DBCV, silhouette, t-SNE and the random forest beside their peers, on the same data in one run.

  bench/multivariate.sh BENCH_MULTIVARIATE [famd] [dbcv] [silhouette] [tsne] [forest]

Every job is a process of its own: `seconds` is the computation alone (the least of the repeats), `CPU` and
`peak MB` are the process's, the reading of its input and, in Python, the imports included. `value` is what the
two must agree on; of t-SNE it is the exact KL divergence of the map, dense, computed by one program for both.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

import numpy as np

from timing import MemoryWatch

HERE = pathlib.Path(__file__).resolve().parent
JOB = [sys.executable, HERE / "peers" / "multivariate_job.py"]
WORK = pathlib.Path(os.environ.get("AISLE_BENCH_DIR", HERE.parent / "build" / "bench"))


def once(command):
    """What the job printed, with the CPU seconds and the peak memory (MB) of its process."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    watch = MemoryWatch(process.pid)  # rusage would count what this program had at the fork
    watch.start()
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command))} failed")
    found = json.loads(output.splitlines()[-1])
    return found | {"cpu": usage.ru_utime + usage.ru_stime, "peak_mb": watch.peak() / 1e6}


def best(command, repeats):
    return min((once(command) for _ in range(repeats)), key=lambda found: found["seconds"])


def blobs(name, n, d, clusters, spread):
    """Gaussian blobs with their labels, as raw files."""
    draw = np.random.default_rng(8)
    y = draw.integers(0, clusters, n).astype(np.int32)
    x = draw.uniform(-10, 10, (clusters, d))[y] + spread * draw.standard_normal((n, d))
    points, labels = WORK / f"{name}.f64", WORK / f"{name}.i32"
    x.tofile(points)
    y.tofile(labels)
    return [points, n, d], labels


def mixed(n, d, levels):
    draw = np.random.default_rng(9)
    hidden = draw.standard_normal((n, 3))
    numeric = hidden @ draw.standard_normal((3, d)) + draw.standard_normal((n, d))
    codes = np.empty((len(levels), n), np.int32)
    for column, count in enumerate(levels):
        along = hidden[:, column % 3] + draw.standard_normal(n)
        codes[column] = np.searchsorted(np.quantile(along, np.arange(1, count) / count), along)
    numeric.tofile(WORK / "mixed.f64")
    codes.tofile(WORK / "mixed.i32")
    return [WORK / "mixed.f64", n, d, WORK / "mixed.i32", len(levels), 5]


def show(title, peer, ours, theirs):
    print(f"\n### {title}\n\n| | seconds | CPU seconds | peak MB | value |\n|---|---|---|---|---|")
    for name, found in (("aisle", ours), (peer, theirs)):
        print(f"| {name} | {found['seconds']:.3f} | {found['cpu']:.2f} | {found['peak_mb']:.0f} | {found['value']:.6f} |")
    print(f"\naisle is {theirs['seconds'] / ours['seconds']:.1f} times faster, "
          f"with a part of {ours['peak_mb'] / theirs['peak_mb']:.3f} of the memory.", flush=True)


def compare(bench, title, peer, words, repeats=3):
    show(title, peer, best([bench, *words], repeats), best([*JOB, *words], 1))


def tsne(bench):
    points, _ = blobs("tsne", 10_000, 10, 20, 1.5)
    runs = {}
    for name, command in (("aisle", [bench]), ("openTSNE", JOB)):
        map_file = WORK / f"map-{name}.f64"
        runs[name] = best([*command, "tsne", *points, map_file], 2)
        runs[name]["value"] = once([*JOB, "kl", *points, map_file])["value"]
    show("t-SNE, 10,000 x 10", "openTSNE", runs["aisle"], runs["openTSNE"])


def main():
    bench, *wanted = sys.argv[1:]
    bench = pathlib.Path(bench).resolve()
    WORK.mkdir(parents=True, exist_ok=True)
    wanted = wanted or ["famd", "dbcv", "silhouette", "tsne", "forest"]
    print(f"{os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}")
    if "famd" in wanted:
        compare(bench, "FAMD, 1,000,000 rows x 6 numbers and 4 categories", "prince",
                ["famd", *mixed(1_000_000, 6, [3, 5, 8, 12])])
    if "dbcv" in wanted:
        points, labels = blobs("dbcv", 20_000, 10, 2, 2.0)
        compare(bench, "DBCV, 20,000 x 10, two clusters", "hdbscan", ["dbcv", *points, labels])
    if "silhouette" in wanted:
        points, labels = blobs("silhouette", 20_000, 10, 20, 3.0)
        compare(bench, "Silhouette, 20,000 x 10, 20 clusters", "scikit-learn", ["silhouette", *points, labels])
    if "tsne" in wanted:
        tsne(bench)
    if "forest" in wanted:
        points, labels = blobs("forest", 50_000, 10, 20, 4.0)
        compare(bench, "Random forest of 100 trees with its out-of-bag error, 50,000 x 10", "scikit-learn",
                ["forest", *points, labels])


if __name__ == "__main__":
    main()
