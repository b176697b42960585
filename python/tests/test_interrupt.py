"""Ctrl-C, threads and the GIL: long work lets the rest of the process live."""

import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import aisle

PROGRAM = """
import sys, time
import numpy as np
import aisle
points = np.random.default_rng(0).normal(size=(120_000, 10))
{prepare}
print("begun", flush=True)
begin = time.monotonic()
try:
    {work}
except KeyboardInterrupt:
    print("interrupted")
    assert len(aisle.HDBSCAN().fit(points[:500]).labels_) == 500  # still of use
    sys.exit(130)
print("ended")
"""
WORKS = {
    "hdbscan": ("", "aisle.HDBSCAN(min_samples=40).fit(points)"),
    "tsne": ("", "aisle.TSNE().fit(points)"),
    "silhouette": ("labels = np.arange(120_000) % 40", "aisle.silhouette_score(points, labels)"),
    "validity": ("labels = np.arange(120_000) % 2", "aisle.validity_index(points, labels)"),
    "stability": (
        "small = points[:20_000]; labels = np.zeros(20_000, dtype=int)",
        "aisle.bootstrap_stability(small, labels, aisle.HDBSCAN(), n_resamples=1000)",
    ),
    "null line": (
        "small = points[:2_000]",
        "aisle.null_line(small, lambda rows: aisle.HDBSCAN().fit(rows).labels_.max(), n_draws=100_000)",
    ),
}


@pytest.mark.parametrize("name", WORKS)
def test_ctrl_c_stops_the_work(name):
    prepare, work = WORKS[name]
    command = [sys.executable, "-c", PROGRAM.format(prepare=prepare, work=work)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout.readline() == "begun\n"
            time.sleep(0.5)
            sent = time.monotonic()
            program.send_signal(signal.SIGINT)
            said, _ = program.communicate(timeout=60)
            assert said == "interrupted\n"
            assert program.returncode == 130
            assert time.monotonic() - sent < 10
        finally:
            program.kill()


def test_other_threads_run_meanwhile(points):
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.wait(0.01):
            ticks.append(time.monotonic())

    ticker = threading.Thread(target=tick)
    ticker.start()
    begin = time.monotonic()
    aisle.TSNE(n_iter=2000).fit(points)
    took = time.monotonic() - begin
    stop.set()
    ticker.join()
    assert took > 0.3
    assert len(ticks) > took / 0.01 / 5


def test_fits_in_several_threads_are_those_of_one():
    rng = np.random.default_rng(0)
    sets = [rng.normal(size=(400 + 50 * at, 3)) for at in range(8)]
    alone = [aisle.HDBSCAN().fit_predict(points) for points in sets]
    together = [None] * len(sets)

    def fit(at):
        together[at] = aisle.HDBSCAN().fit_predict(sets[at])

    threads = [threading.Thread(target=fit, args=(at,)) for at in range(len(sets))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((a == b).all() for a, b in zip(alone, together, strict=True))
