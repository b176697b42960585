"""Pictures of a project with matplotlib, imported when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aisle._pictures import cluster_colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from aisle._model import Model
    from aisle._tuning import Tuning

INK = "#30363D"


def _axes(ax: Axes | None, width: float = 7.0, height: float = 5.0) -> Axes:
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(width, height), layout="constrained")[1]
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def plot_tree(model: Model, ax: Axes | None, label_clusters: bool) -> Axes:
    from aisle._plots import plot_condensed_tree

    tree = model.condensed_tree("arrow")
    edges = np.empty(
        tree.num_rows, dtype=[("parent", "i4"), ("child", "i4"), ("lambda_val", "f8"), ("child_size", "i4")]
    )
    for name in ("parent", "child", "child_size"):
        edges[name] = tree.column(name).to_numpy()
    edges["lambda_val"] = tree.column("lambda").to_numpy()
    selected = np.asarray(model.package["hdbscan"]["tree_nodes"], dtype=np.int32)
    return plot_condensed_tree(edges, model.metrics["n_fitted"], selected, _axes(ax), label_clusters)


def plot_biplot(model: Model, ax: Axes | None, axes: tuple[int, int]) -> Axes:
    ax = _axes(ax)
    explained = model.metrics["explained_inertia"]
    if min(axes) < 1 or max(axes) > len(explained):
        raise ValueError(f"axes is {axes}; the model has axes 1 to {len(explained)}")
    table = model.matrix("arrow")
    scale = model.package["design"]["famd"]["scale"]
    x, y = (scale * table.column(f"FAMD_{axis}").to_numpy() for axis in axes)
    clusters = model.points("arrow").column("cluster").to_numpy()
    for cluster in np.unique(clusters):
        at = clusters == cluster
        ids = "noise" if cluster < 0 else str(model.cluster_ids[cluster])
        colour = cluster_colour(-1 if cluster < 0 else model.cluster_ids[cluster])
        ax.scatter(x[at], y[at], s=14, color=colour, alpha=0.7, label=ids, linewidths=0)
    _add_columns(model, ax, axes, 0.9 * float(np.max(np.hypot(x, y))))
    labels = [f"FAMD {axis} ({100 * explained[axis - 1]:.0f} % of the inertia)" for axis in axes]
    ax.set_xlabel(labels[0])
    ax.set_ylabel(labels[1])
    ax.axhline(0, color=INK, linewidth=0.4)
    ax.axvline(0, color=INK, linewidth=0.4)
    ax.legend(title="cluster", frameon=False, fontsize="small")
    return ax


def _add_columns(model: Model, ax: Axes, axes: tuple[int, int], reach: float) -> None:
    """Arrows are correlations of numbers with the axes, drawn `reach` long at 1; crosses are the means of levels."""
    famd = model.package["design"]["famd"]
    names, loadings = model._column_loadings()
    roots = np.sqrt(np.asarray(famd["eigenvalues"]))
    pair = [axis - 1 for axis in axes]
    shares = np.concatenate([*famd["shares"], []]).astype(float)
    weights = np.repeat(famd["categorical_weights"], [len(levels) for levels in famd["levels"]])
    n_numbers = len(famd["numeric_names"])
    for at, name in enumerate(names):
        place = loadings[at, pair] * roots[pair]
        if at < n_numbers:
            weight = np.sqrt(famd["numeric_weights"][at])
            ax.annotate(
                "", xy=tuple(reach * place / weight), xytext=(0, 0), arrowprops={"arrowstyle": "->", "color": INK}
            )
            ax.annotate(name, tuple(reach * place / weight), color=INK, fontsize="small")
            continue
        # Pagès: the mean of a level's rows is eigenvalue x loading / sqrt(share x weight).
        mean = place * roots[pair] / np.sqrt(shares[at - n_numbers] * weights[at - n_numbers])
        ax.plot(*mean, marker="x", color=INK, markersize=5)
        ax.annotate(name.split("=", 1)[1], tuple(mean), color=INK, fontsize="small", style="italic")


def plot_contributions(model: Model, ax: Axes | None) -> Axes:
    rows = model.contributions("arrow").to_pylist()
    axes = [name for name in rows[0] if name != "column"] if rows else []
    values = np.array([[row[name] for name in axes] for row in rows]).reshape(len(rows), len(axes))
    ax = _axes(ax, height=1.5 + 0.3 * len(rows))
    _heat_map(ax, values, [row["column"] for row in rows], axes, "Blues", 0.0, float(values.max(initial=1.0)), "{:.0f}")
    ax.set_title("contribution to each axis, percent", fontsize="medium", loc="left")
    return ax


def plot_profiles(profiles: dict[str, Any], ax: Axes | None) -> Axes:
    """Every active number by cluster: the deviations by which its mean lies off the chain's."""
    numbers = [one for one in profiles["numbers"] if one["active"]] or profiles["numbers"]
    effects = np.array([[np.nan if e is None else e for e in one["effect"]] for one in numbers], dtype=float)
    ax = _axes(ax, height=1.5 + 0.3 * len(numbers))
    columns = [str(cluster) for cluster in profiles["clusters"]]
    _heat_map(ax, effects.reshape(len(numbers), len(columns)), [one["label"] for one in numbers], columns, "RdBu_r",
              -2.0, 2.0, "{:+.1f}")
    ax.set_title("off the chain's mean, in standard deviations, by cluster", fontsize="medium", loc="left")
    return ax


def _heat_map(
    ax: Axes, values: NDArray[np.float64], rows: list[str], columns: list[str], colours: str, low: float, high: float,
    form: str,
) -> None:
    ax.imshow(values, aspect="auto", cmap=colours, vmin=low, vmax=high)
    ax.set_yticks(range(len(rows)), rows, fontsize="small")
    ax.set_xticks(range(len(columns)), columns)
    for (row, col), value in np.ndenumerate(values):
        if np.isfinite(value):
            light = abs(value - (low + high) / 2) > 0.35 * (high - low) if low < 0 else value > 0.6 * high
            ax.text(col, row, form.format(value), ha="center", va="center", fontsize="x-small",
                    color="white" if light else INK)


def plot_trade_off(tuning: Tuning, ax: Axes | None) -> Axes:
    """Silhouette against DBCV, colour the share of noise, area the number of clusters, as the original drew it."""
    ax = _axes(ax)
    trials = [trial for trial in tuning.document["trials"] if trial["dbcv"] is not None]
    if not trials:
        ax.text(0.5, 0.5, "no trial has two clusters", ha="center", transform=ax.transAxes)
        return ax
    figures = {name: np.array([trial[name] for trial in trials], dtype=float)
               for name in ("silhouette", "dbcv", "noise_share", "n_clusters")}
    points = ax.scatter(figures["silhouette"], figures["dbcv"], c=100 * figures["noise_share"],
                        s=25 * figures["n_clusters"], cmap="viridis_r", alpha=0.75, linewidths=0)
    ax.figure.colorbar(points, ax=ax, label="noise, percent")
    front = np.array([trial["on_front"] for trial in trials])
    ax.scatter(figures["silhouette"][front], figures["dbcv"][front], s=25 * figures["n_clusters"][front] + 30,
               facecolors="none", edgecolors=INK, label="on the front")
    for trial in trials:
        if trial["trial"] == tuning.document["recommended"]:
            ax.scatter(trial["silhouette"], trial["dbcv"], marker="*", s=220, color="#D55E00",
                       label=f"recommended: trial {trial['trial']}", zorder=3)
    ax.set_xlabel("silhouette")
    ax.set_ylabel("DBCV")
    ax.legend(frameon=False, fontsize="small")
    return ax
