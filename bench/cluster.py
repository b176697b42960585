"""HDBSCAN beside its peers, on the same data in one run; docs/benchmarks.md keeps the tables.

  bench/cluster.sh BENCH_CLUSTER [tree] [whole] [predict] [selections] [--repeats N] [--quick]

Every measurement is a process of its own. Seconds are of the work alone, without the start of the process and
the reading of the points; CPU seconds and peak memory are of the whole process.
"""
import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

import numpy as np

from timing import peak_of

HERE = pathlib.Path(__file__).resolve().parent
PEERS = [sys.executable, str(HERE / "cluster" / "peer_cases.py")]
MIN_SAMPLES = 5
# A peer that takes longer is left out of the rest of the case.
LIMIT = 600


def blobs(n, d, seed):
    """Gaussian blobs around 20 centres, 5 % uniform noise."""
    centres = np.random.default_rng(7).uniform(-10, 10, (20, d))
    draws = np.random.default_rng(seed)
    points = centres[draws.integers(0, 20, n)] + draws.standard_normal((n, d))
    noise = draws.random(n) < 0.05
    points[noise] = draws.uniform(-12, 12, (int(noise.sum()), d))
    return points


def uniform(n, d, seed):
    return np.random.default_rng(seed).random((n, d))


def stored(work, kind, n, d, seed=1):
    path = work / f"{kind.__name__}-{n}-{d}-{seed}.f64"
    if not path.exists():
        kind(n, d, seed).tofile(path)
    return path


def measure(command):
    """What the command printed, with its CPU seconds and peak memory; None where it failed or took too long."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + LIMIT
    peak = 0
    while True:
        peak = max(peak, peak_of(process.pid))
        done, status, usage = os.wait4(process.pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() > deadline:
            process.kill()
            os.wait4(process.pid, 0)
            process.returncode = -9
            return None
        time.sleep(0.005)
    process.returncode = os.waitstatus_to_exitcode(status)
    output, errors = process.communicate()
    if process.returncode != 0:
        print(f"failed: {' '.join(map(str, command))}\n{errors.decode(errors='replace')[-500:]}", file=sys.stderr)
        return None
    result = json.loads(output)
    result["cpu"] = usage.ru_utime + usage.ru_stime
    result["peak_mb"] = peak / 1e6
    return result


def compare(title, commands, repeats):
    seen = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            if None in seen[name]:
                continue
            seen[name].append(measure(command))
    print(f"\n### {title}\n\n| | seconds (min) | CPU seconds (min) | peak MB | clusters | aisle is |\n|---|---|---|---|---|---|")
    base = min(run["seconds"] for run in seen["aisle"])
    weights = {}
    for name, runs in seen.items():
        if None in runs:
            print(f"| {name} | failed, or over {LIMIT} s | | | | |", flush=True)
            continue
        seconds = min(run["seconds"] for run in runs)
        ratio = "" if name == "aisle" else f"{seconds / base:.1f} times faster"
        print(f"| {name} | {seconds:.3f} | {min(run['cpu'] for run in runs):.2f} | "
              f"{max(run['peak_mb'] for run in runs):.0f} | {runs[0].get('clusters', '')} | {ratio} |", flush=True)
        if "weight" in runs[0]:
            weights[name] = runs[0]["weight"]
    if len(weights) > 1:
        largest, smallest = max(weights.values()), min(weights.values())
        print(f"\nTotal weights of the trees agree to {(largest - smallest) / largest:.1e}.", flush=True)


def trees(own, work, arguments):
    sizes = [(100_000, 2), (1_000_000, 2), (100_000, 10), (1_000_000, 10)]
    for kind in (blobs, uniform):
        for n, d in sizes[: 3 if arguments.quick else 4]:
            tail = [stored(work, kind, n, d), n, d, "euclidean", MIN_SAMPLES, 5]
            compare(f"Spanning tree alone, {kind.__name__}, {n:,} x {d}",
                    {"aisle": [own, "tree", *tail], "quitefastmst": [*PEERS, "quitefastmst", "tree", *tail]},
                    arguments.repeats if n * d < 5_000_000 else min(2, arguments.repeats))


def whole(own, work, arguments):
    sizes = [(1000, 2), (10_000, 5), (100_000, 2), (100_000, 10), (10_000, 20), (1_000_000, 2), (1_000_000, 10)]
    for n, d in sizes[:4] if arguments.quick else sizes:
        tail = [stored(work, blobs, n, d), n, d, "euclidean", MIN_SAMPLES, 50]
        commands = {"aisle": [own, "whole", *tail]}
        if n < 1_000_000:
            commands |= {peer: [*PEERS, peer, "whole", *tail] for peer in ("hdbscan", "hdbscan_exact", "scikit-learn")}
        if n * d < 10_000_000:
            commands["fast_hdbscan"] = [*PEERS, "fast_hdbscan", "whole", *tail]
        compare(f"Whole HDBSCAN, blobs, {n:,} x {d}", commands, 1 if n * d > 1_000_000 else arguments.repeats)
    n, d = 100_000, 10
    tail = [stored(work, blobs, n, d), n, d, "manhattan", 1, 5]
    compare(f"Whole HDBSCAN, {n:,} x {d}, manhattan, min_samples 1, min_cluster_size 5",
            {"aisle": [own, "whole", *tail], "hdbscan": [*PEERS, "hdbscan", "whole", *tail]}, arguments.repeats)


def predict(own, work, arguments):
    n, d, n_new = 20_000, 10, 20_000 if arguments.quick else 1_000_000
    tail = [stored(work, blobs, n, d), n, d, "euclidean", MIN_SAMPLES, 50]
    new = [stored(work, blobs, n_new, d, 2), n_new]
    compare(f"Prediction, {n_new:,} new points at d {d}, {n:,} rows",
            {"aisle": [own, "predict", *tail, *new], "hdbscan": [*PEERS, "hdbscan", "predict", *tail, *new]}, 1)


def selections(own, work, arguments):
    for n in (10_000, 100_000):
        tail = [stored(work, blobs, n, 10), n, 10, "euclidean", MIN_SAMPLES, 50]
        compare(f"One more selection from a spanning tree that is there, {n:,} points",
                {"aisle": [own, "selections", *tail]}, arguments.repeats)


def main():
    cases = {"tree": trees, "whole": whole, "predict": predict, "selections": selections}
    parser = argparse.ArgumentParser()
    parser.add_argument("bench_cluster", type=pathlib.Path)
    parser.add_argument("cases", nargs="*", choices=[*cases, []])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    work = pathlib.Path(os.environ.get("AISLE_BENCH_DIR", HERE.parent / "build" / "bench")) / "cluster"
    work.mkdir(parents=True, exist_ok=True)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}")
    for name in arguments.cases or cases:
        cases[name](arguments.bench_cluster.resolve(), work, arguments)


if __name__ == "__main__":
    main()
