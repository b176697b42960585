"""Times whole commands, in turn, and keeps the minimum, the median and the largest memory of each."""
import os
import statistics
import subprocess
import sys
import time


def once(command, environment):
    """Seconds and the peak resident memory (bytes) of a command and its children."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command))} failed:\n{output.decode(errors='replace')[-2000:]}")
    return seconds, usage.ru_maxrss * 1024


def compare(cases, repeats, prepare=None):
    """cases: name -> (command, repeats or None). Runs them in turn, so that a slow minute hits all of them."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    seen = {name: [] for name in cases}
    for turn in range(repeats):
        for name, (command, own_repeats) in cases.items():
            if own_repeats is not None and turn >= own_repeats:
                continue
            if prepare:
                prepare(name)
            seen[name].append(once([str(word) for word in command], environment))
    return {name: {"min": min(s for s, _ in runs), "median": statistics.median(s for s, _ in runs),
                   "peak_mb": max(m for _, m in runs) / 1e6, "runs": len(runs)} for name, runs in seen.items()}


def show(title, results, own="aisle"):
    print(f"\n### {title}\n\n| | seconds (min) | median | peak MB | aisle is |\n|---|---|---|---|---|")
    base = results[own]["min"]
    for name, r in results.items():
        ratio = "" if name == own else f"{r['min'] / base:.1f} times faster"
        print(f"| {name} | {r['min']:.3f} | {r['median']:.3f} | {r['peak_mb']:.0f} | {ratio} |", flush=True)
