"""A project's model as its package has it: matrix, axes, tree, clusters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aisle._frames import FrameKind, frame_of, read_parquet
from aisle._pictures import model_html

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Model:
    """What the last fit left (docs/model-package.md). Made by `Project.model`."""

    def __init__(self, artifacts: Path, frames: FrameKind) -> None:
        self._artifacts = artifacts
        self._folder = artifacts / "model"
        self._frames = frames
        self.package: dict[str, Any] = json.loads((self._folder / "model.json").read_text(encoding="utf-8"))
        self.metrics: dict[str, Any] = json.loads((artifacts / "metrics.json").read_text(encoding="utf-8"))

    def __repr__(self) -> str:
        figures = self.metrics
        return (
            f"Model(preset={figures['preset']!r}, {figures['n_fitted']} stores, {figures['n_clusters']} clusters, "
            f"{figures['n_noise']} noise)"
        )

    def _repr_html_(self) -> str:
        return model_html(self._artifacts, self.metrics)

    @property
    def method(self) -> str:
        """How the clusters were found: "hdbscan", "gaussian_mixture" or "kmeans"."""
        return str(self.package.get("method", "hdbscan"))

    @property
    def cluster_ids(self) -> list[int]:
        """What tables and documents show for each cluster."""
        return list(self.package["cluster_ids"])

    def matrix(self, frames: FrameKind | None = None) -> Any:
        """The training matrix, a row a store: `store_id`, then FAMD's axes and the standardised columns."""
        table = read_parquet(self._folder / "matrix.parquet", "arrow")
        names = [name if name == "store_id" else name.split(":", 1)[1] for name in table.column_names]
        table = table.rename_columns(names)
        return _as_kind(table, frames or self._frames)

    def points(self, frames: FrameKind | None = None) -> Any:
        """Each store of the fit: core distance, cluster, probability, outlier score."""
        return read_parquet(self._folder / "points.parquet", frames or self._frames)

    def condensed_tree(self, frames: FrameKind | None = None) -> Any:
        """HDBSCAN's condensed tree: parent, child, lambda, child_size. ValueError for another method, which has none."""
        if self.method != "hdbscan":
            raise ValueError(f"the model's method is {self.method}, which makes no tree: only hdbscan has one")
        return read_parquet(self._folder / "condensed_tree.parquet", frames or self._frames)

    def axes(self, frames: FrameKind | None = None) -> Any:
        """FAMD's axes: eigenvalue and share of the inertia."""
        rows = [
            {"axis": f"FAMD_{at + 1}", "eigenvalue": eigenvalue, "explained": explained}
            for at, (eigenvalue, explained) in enumerate(
                zip(self.metrics["eigenvalues"], self.metrics["explained_inertia"], strict=True)
            )
        ]
        return frame_of(rows, frames or self._frames)

    def contributions(self, frames: FrameKind | None = None) -> Any:
        """How much each column makes each axis, in percent; the levels of a category are summed."""
        names, loadings = self._column_loadings()
        shares: dict[str, NDArray[np.float64]] = {}
        for name, row in zip(names, loadings, strict=True):
            column = name.split("=", 1)[0]
            shares[column] = shares.get(column, np.zeros(loadings.shape[1])) + 100 * row**2
        rows = [
            {"column": column} | {f"FAMD_{at + 1}": float(value) for at, value in enumerate(values)}
            for column, values in shares.items()
        ]
        return frame_of(rows, frames or self._frames)

    def plot_condensed_tree(self, ax: Axes | None = None, *, label_clusters: bool = True) -> Axes:
        """The tree as icicles, its chosen clusters in colour."""
        from aisle._project_plots import plot_tree

        return plot_tree(self, ax, label_clusters)

    def plot_biplot(self, ax: Axes | None = None, *, axes: tuple[int, int] = (1, 2)) -> Axes:
        """Stores on two of FAMD's axes, numbers as arrows (correlations), levels at their stores' mean."""
        from aisle._project_plots import plot_biplot

        return plot_biplot(self, ax, axes)

    def plot_contributions(self, ax: Axes | None = None) -> Axes:
        """Which columns make which axis."""
        from aisle._project_plots import plot_contributions

        return plot_contributions(self, ax)

    def _column_loadings(self) -> tuple[list[str], NDArray[np.float64]]:
        """Names of FAMD's columns (a level is "column=level") and their unit loadings, columns x axes."""
        famd = self.package["design"]["famd"]
        names = list(famd["numeric_names"])
        for column, levels in zip(famd["categorical_names"], famd["levels"], strict=True):
            names += [f"{column}={level}" for level in levels]
        return names, np.asarray(famd["loadings"], dtype=float).reshape(len(names), -1)


def _as_kind(table: Any, kind: FrameKind) -> Any:
    if kind == "arrow":
        return table
    if kind == "pandas":
        return table.to_pandas()
    import polars

    return polars.from_arrow(table)

