"""HDBSCAN's two trees as users see them: arrays, frames and plots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# The library's records, byte by byte (spanning_tree.h, condensed_tree.h).
SPANNING_EDGE = np.dtype([("distance", "f8"), ("from", "i4"), ("to", "i4")])
CONDENSED_EDGE = np.dtype(
    {
        "names": ["parent", "child", "lambda_val", "child_size"],
        "formats": ["i4", "i4", "f8", "i4"],
        "offsets": [0, 4, 8, 16],
        "itemsize": 24,
    }
)


class CondensedTree:
    """The hierarchy of clusters without the splits that are smaller than a cluster.

    Rows say that `child` (a point below the number of points, else a cluster) left `parent` at the density
    `lambda_val` = 1 / distance. The root is the number of points; parents come first.
    """

    def __init__(self, edges: NDArray[np.void], labels: NDArray[np.int32], selected: NDArray[np.int32]) -> None:
        self._edges = edges
        self._labels = labels
        self._selected = selected

    @property
    def selected_nodes(self) -> NDArray[np.int32]:
        """The node of each label."""
        return self._selected

    def to_numpy(self) -> NDArray[np.void]:
        """A structured array with the fields parent, child, lambda_val and child_size; not a copy."""
        return self._edges

    def to_pandas(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame({name: self._edges[name] for name in CONDENSED_EDGE.names or ()})

    def exemplars(self) -> list[NDArray[np.int32]]:
        """By label, the rows at the heart of the cluster: the last to leave each leaf of the tree below it."""
        if len(self._selected) == 0:
            return []
        edges = self._edges
        n_points = len(self._labels)
        is_cluster = edges["child"] >= n_points
        last = {}
        points = edges[~is_cluster]
        order = np.argsort(points["parent"], kind="stable")
        parents, starts = np.unique(points["parent"][order], return_index=True)
        for parent, rows in zip(parents.tolist(), np.split(order, starts[1:]), strict=True):
            lambdas = points["lambda_val"][rows]
            last[parent] = points["child"][rows[lambdas == lambdas.max()]]
        children: dict[int, list[int]] = {}
        for edge in edges[is_cluster]:
            children.setdefault(int(edge["parent"]), []).append(int(edge["child"]))
        return [self._below(int(node), children, last) for node in self._selected]

    @staticmethod
    def _below(node: int, children: dict[int, list[int]], last: dict[int, NDArray[np.int32]]) -> NDArray[np.int32]:
        leaves, waiting = [], [node]
        while waiting:
            at = waiting.pop()
            if at in children:
                waiting.extend(children[at])
            else:
                leaves.append(last[at])
        return np.sort(np.concatenate(leaves))

    def plot(self, ax: Axes | None = None, *, label_clusters: bool = True) -> Axes:
        """Draws the tree as an icicle: clusters as wide as they have points, from sparse (top) to dense.

        Selected clusters have colours and, if `label_clusters`, their numbers. Returns the axes (new ones for
        None). Needs matplotlib.
        """
        from aisle._plots import plot_condensed_tree

        return plot_condensed_tree(self._edges, len(self._labels), self._selected, ax, label_clusters)


class MinimumSpanningTree:
    """The exact minimum spanning tree of the mutual reachability graph; edges by ascending distance."""

    def __init__(self, edges: NDArray[np.void], points: NDArray[np.float64]) -> None:
        self._edges = edges
        self._points = points

    def to_numpy(self) -> NDArray[np.float64]:
        """(n - 1) x 3: row, row, mutual reachability distance."""
        return np.column_stack([self._edges["from"], self._edges["to"], self._edges["distance"]]).astype(np.float64)

    def to_pandas(self) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame({name: self._edges[name] for name in ("from", "to", "distance")})

    def plot(self, ax: Axes | None = None, *, node_size: float | None = None) -> Axes:
        """Draws points and edges, dark edges being short; in more than two dimensions on the two main axes.

        Returns the axes (new ones for None). Needs matplotlib.
        """
        from aisle._plots import plot_spanning_tree

        return plot_spanning_tree(self._edges, self._points, ax, node_size)


def spanning_edges(raw: NDArray[np.uint8]) -> NDArray[np.void]:
    """The library's bytes as an array of edges."""
    return raw.view(SPANNING_EDGE)


def condensed_edges(raw: NDArray[np.uint8]) -> NDArray[np.void]:
    """The library's bytes as an array of the condensed tree's rows."""
    return raw.view(CONDENSED_EDGE)
