"""The trees as pictures. Imported when a plot is asked for, so matplotlib is needed for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colours: told apart by people who do not see all colours, and in print.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
GREY = "#D5D8DC"
INK = "#30363D"
STEPS = 120  # of an icicle's outline


class Icicle(NamedTuple):
    """A cluster's place: centre, and half its width at each density."""

    node: int
    centre: float
    lambdas: NDArray[np.float64]
    half_widths: NDArray[np.float64]


def plot_condensed_tree(
    edges: NDArray[np.void], n_points: int, selected: NDArray[np.int32], ax: Axes | None, label_clusters: bool
) -> Axes:
    from matplotlib.collections import PolyCollection

    ax = _axes(ax)
    icicles = _icicles(edges, n_points)
    label_of = {int(node): label for label, node in enumerate(selected.tolist())}
    colours = _inherited_colours(edges, n_points, label_of)
    outlines = [_outline(icicle) for icicle in icicles]
    ax.add_collection(
        PolyCollection(outlines, facecolors=[colours.get(icicle.node, GREY) for icicle in icicles], edgecolors="white",
                       linewidths=0.6)
    )
    top = max((float(icicle.lambdas[-1]) for icicle in icicles), default=1.0)
    if label_clusters:
        for icicle in icicles:
            if icicle.node in label_of:
                ax.annotate(
                    str(label_of[icicle.node]), (icicle.centre, float(icicle.lambdas[0])), xytext=(0, 3),
                    textcoords="offset points", ha="center", va="bottom", color=INK, fontweight="bold",
                )
    ax.set_xlim(-0.02 * n_points, 1.02 * n_points)
    ax.set_ylim(1.02 * top, -0.03 * top)
    ax.set_xlabel("points")
    ax.set_ylabel("λ = 1 / distance")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _outline(icicle: Icicle) -> NDArray[np.float64]:
    left = np.column_stack([icicle.centre - icicle.half_widths, icicle.lambdas])
    right = np.column_stack([icicle.centre + icicle.half_widths, icicle.lambdas])
    return np.concatenate([left, right[::-1]])


def _icicles(edges: NDArray[np.void], n_points: int) -> list[Icicle]:
    """Parents first."""
    if len(edges) == 0:
        return []
    finite = edges["lambda_val"][np.isfinite(edges["lambda_val"])]
    top = finite.max() if len(finite) else 1.0  # duplicates part at infinity: drawn at the densest there is
    order = np.argsort(edges["parent"], kind="stable")
    parents, starts = np.unique(edges["parent"][order], return_index=True)
    rows_of = dict(zip(parents.tolist(), np.split(order, starts[1:]), strict=True))
    span = {n_points: (0.0, float(n_points), 0.0)}
    icicles = []
    for node in parents.tolist():
        low, high, birth = span[node]
        rows = edges[rows_of[node]]
        lambdas = np.minimum(rows["lambda_val"], top)
        lasting = np.argsort(lambdas, kind="stable")
        left_behind = np.concatenate([[0], np.cumsum(rows["child_size"][lasting])])
        at = np.linspace(birth, lambdas.max(), STEPS)
        remaining = left_behind[-1] - left_behind[np.searchsorted(lambdas[lasting], at, side="left")]
        icicles.append(Icicle(node, (low + high) / 2, at, remaining / 2))
        children = rows[rows["child"] >= n_points]
        # All that is left at a split goes into the children, so they fill their parent's last width.
        sizes = children["child_size"]
        ends = (low + high - sizes.sum()) / 2 + np.concatenate([[0], np.cumsum(sizes)])
        for child, child_low, child_high in zip(children, ends[:-1], ends[1:], strict=True):
            span[int(child["child"])] = (child_low, child_high, float(min(child["lambda_val"], top)))
    return icicles


def _inherited_colours(edges: NDArray[np.void], n_points: int, label_of: dict[int, int]) -> dict[int, str]:
    """A selected cluster's colour, and that of all below it."""
    colours = {node: COLOURS[label % len(COLOURS)] for node, label in label_of.items()}
    for edge in edges[edges["child"] >= n_points]:  # parents first
        parent, child = int(edge["parent"]), int(edge["child"])
        if parent in colours:
            colours.setdefault(child, colours[parent])
    return colours


def plot_spanning_tree(
    edges: NDArray[np.void], points: NDArray[np.float64], ax: Axes | None, node_size: float | None
) -> Axes:
    from matplotlib.collections import LineCollection

    ax = _axes(ax)
    places, names = _in_the_plane(points)
    distances = edges["distance"]
    order = np.argsort(-distances, kind="stable")  # short edges over long ones
    segments = places[np.column_stack([edges["from"], edges["to"]])[order]]
    lines = LineCollection(list(segments), array=distances[order], cmap="viridis", linewidths=1.2)
    ax.add_collection(lines)
    size = node_size if node_size is not None else float(np.clip(4000 / max(1, len(points)), 0.5, 18))
    ax.scatter(places[:, 0], places[:, 1], s=size, color=INK, zorder=3, linewidths=0)
    if len(edges):
        ax.figure.colorbar(lines, ax=ax, label="mutual reachability distance")
    ax.set_xlabel(names[0])
    ax.set_ylabel(names[1])
    ax.set_aspect("equal", adjustable="datalim")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _in_the_plane(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[str, str]]:
    if points.shape[1] == 1:
        return np.column_stack([points[:, 0], np.zeros(len(points))]), ("x0", "")
    if points.shape[1] == 2:
        return points, ("x0", "x1")
    centred = points - points.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return centred @ axes[:, :-3:-1], ("first principal axis", "second principal axis")


def _axes(ax: Axes | None) -> Any:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(9, 5.5), layout="constrained")[1]
