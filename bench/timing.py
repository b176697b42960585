"""Times whole commands, in turn, and keeps the minimum, the median and the largest memory of each."""
import os
import statistics
import subprocess
import sys
import threading
import time


def peak_of(process):
    """Bytes that a process has had at most; its own count, which starts anew when the program starts."""
    try:
        with open(f"/proc/{process}/status") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")), 0)
    except (FileNotFoundError, ProcessLookupError):
        return 0


def children_of(process):
    try:
        with open(f"/proc/{process}/task/{process}/children") as children:
            return children.read().split()
    except (FileNotFoundError, ProcessLookupError):
        return []


class MemoryWatch(threading.Thread):
    """Looks at a process and its children every few milliseconds until it ends."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.peaks, self.over = process, {}, threading.Event()

    def run(self):
        while not self.over.wait(0.005):
            waiting = [self.process]
            while waiting:
                process = waiting.pop()
                self.peaks[process] = max(self.peaks.get(process, 0), peak_of(process))
                waiting += children_of(process)

    def peak(self):
        self.over.set()
        self.join()
        return sum(self.peaks.values())


def once(command, environment):
    """Seconds and the peak resident memory (bytes) of a command and its children."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    watch = MemoryWatch(process.pid)
    watch.start()
    output = process.stdout.read()
    process.wait()
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command))} failed:\n{output.decode(errors='replace')[-2000:]}")
    return seconds, watch.peak()


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
