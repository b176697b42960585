"""The package as it is installed: light to import, typed, with plots on request."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import matplotlib
import numpy as np
import pytest

import aisle

matplotlib.use("agg")
PROBE = """
import json, sys, time
import numpy
begin = time.perf_counter()
import aisle
took = time.perf_counter() - begin
print(json.dumps({"seconds": took, "modules": sorted(sys.modules)}))
"""


def test_import_is_light():
    runs = [json.loads(subprocess.check_output([sys.executable, "-c", PROBE])) for _ in range(5)]
    assert min(run["seconds"] for run in runs) < 0.2
    heavy = {"sklearn", "scipy", "pandas", "polars", "matplotlib"}
    assert not heavy & set(runs[0]["modules"])


def test_the_installed_package_is_under_test():
    assert Path(aisle.__file__).is_relative_to(sys.prefix)
    assert (Path(aisle.__file__).parent / "py.typed").exists()
    assert version("aisle-retail") == aisle.__version__


@pytest.mark.parametrize(
    "command",
    [
        ["mypy", "--strict", "--ignore-missing-imports", "-p", "aisle"],
        ["mypy.stubtest", "--ignore-missing-stub", "aisle._core"],
    ],
    ids=["types", "stubs"],
)
def test_types_and_stubs_hold(tmp_path, command):
    ran = subprocess.run([sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_condensed_tree_is_drawn_as_wide_as_it_has_points(points):
    fitted = aisle.HDBSCAN(min_cluster_size=15).fit(points)
    axes = fitted.condensed_tree_.plot()
    shapes = [path.vertices for path in axes.collections[0].get_paths()]
    tree = fitted.condensed_tree_.to_pandas()
    assert len(shapes) == tree["parent"].nunique()
    assert np.ptp(shapes[0][:, 0]) == len(points)  # the root has them all
    widths = sorted(np.ptp(shape[:, 0]) for shape in shapes[1:])
    assert widths == sorted(tree["child_size"][tree["child"] >= len(points)])
    assert {text.get_text() for text in axes.texts} == set(map(str, range(fitted.labels_.max() + 1)))


@pytest.mark.parametrize("n_cols", [1, 2, 3])
def test_the_spanning_tree_is_drawn_edge_by_edge(points, n_cols):
    fitted = aisle.HDBSCAN().fit(np.ascontiguousarray(points[:100, :n_cols]))
    axes = fitted.minimum_spanning_tree_.plot()
    assert len(axes.collections[0].get_paths()) == 99
    assert len(axes.collections[1].get_offsets()) == 100


@pytest.mark.parametrize("n_rows", [1, 2, 30])
def test_small_and_tied_trees_are_drawn(n_rows, tmp_path):
    fitted = aisle.HDBSCAN(min_samples=1).fit(np.zeros((n_rows, 2)))
    given = matplotlib.pyplot.subplots()[1]
    assert fitted.condensed_tree_.plot(given, label_clusters=False) is given
    given.figure.savefig(tmp_path / "tree.png")
    fitted.minimum_spanning_tree_.plot().figure.savefig(tmp_path / "spanning.png")
