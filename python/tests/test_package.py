"""The package as it is installed: light to import, typed, with plots on request."""

import ast
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


def test_the_types_hold(tmp_path):
    command = [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "-p", "aisle"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_stub_is_what_the_module_says(tmp_path):
    # mypy's stubtest takes nanobind's functions for no functions at all; their own signatures say more.
    stub = Path(aisle._core.__file__).with_name("_core.pyi").read_text()
    told = {node.name for node in ast.parse(stub).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    assert told == {name for name in dir(aisle._core) if not name.startswith("_")}
    anew = tmp_path / "anew.pyi"
    subprocess.run([sys.executable, "-m", "nanobind.stubgen", "-q", "-m", "aisle._core", "-o", anew], check=True)
    assert stub == anew.read_text()


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
