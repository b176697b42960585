"""How far a clustering would come back: bootstrap stability and the null line."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aisle import _core
from aisle._arrays import as_keys, as_labels, as_matrix, as_seed
from aisle._hdbscan import HDBSCAN

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class ClusterStability:
    """One cluster over the resamples."""

    mean_jaccard: float
    """Mean over the resamples that hold a member; NaN when none does."""
    band: str
    """Of Hennig's fpc: "dissolved" (to 0.5), "doubtful", "valid" (from 0.75) or "highly stable" (from 0.85)."""
    n_present: int
    """Resamples that hold a member."""
    n_dissolved: int
    """Of them with a Jaccard similarity of at most 0.5."""
    n_recovered: int
    """Of them with at least 0.75."""


@dataclass(frozen=True)
class Stability:
    """Of every cluster, by label."""

    clusters: list[ClusterStability]
    jaccards: NDArray[np.float64]
    """n_resamples x clusters; NaN where a resample holds no member."""


def bootstrap_stability(
    X: Any,
    labels: ArrayLike,
    clusterer: Any,
    *,
    n_resamples: int = 100,
    random_state: int = 42,
    row_keys: Any = None,
    progress: Progress | None = None,
) -> Stability:
    """Bootstrap stability of each cluster (Hennig 2007, as fpc::clusterboot does it without copies).

    Each resample draws n rows of `X` with replacement (about 63 % of the rows, each taken once), is clustered
    anew, and a cluster scores the greatest Jaccard similarity between its members there and a cluster found.

    Parameters
    ----------
    X : array or frame, n x d
    labels : n whole numbers
        Of the clustering that is judged; -1 is noise, which is not scored.
    clusterer : HDBSCAN, another estimator with fit_predict, or a function
        Clusters a resample. An `aisle.HDBSCAN` runs without Python, in parallel; another estimator is copied
        for each resample; a function gets the rows (m x d) and returns m labels. The latter two may be called
        from several threads at once. A resample that cannot keep an `aisle.HDBSCAN`'s limits on the clusters
        is clustered without them.
    n_resamples : int, 100
    random_state : int, 42
    row_keys : n distinct numbers or texts, or None
        Put the rows in order before anything is drawn.
    progress : function of (done, total), or None

    >>> import numpy as np
    >>> import aisle
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(centre, 0.3, (50, 2)) for centre in (0, 3)])
    >>> clusterer = aisle.HDBSCAN(min_cluster_size=10).fit(X)
    >>> found = aisle.bootstrap_stability(X, clusterer.labels_, clusterer, n_resamples=20)
    >>> [cluster.band for cluster in found.clusters]
    ['highly stable', 'highly stable']
    """
    points = as_matrix(X)
    found = _core.bootstrap_stability(
        points,
        as_labels(labels),
        clusterer._options() if type(clusterer) is HDBSCAN else _labelling(clusterer),
        {"n_resamples": n_resamples, "random_state": as_seed(random_state)},
        as_keys(row_keys, len(points)),
        progress,
    )
    return Stability([ClusterStability(*cluster) for cluster in found["clusters"]], found["jaccards"])


def _labelling(clusterer: Any) -> Callable[[NDArray[np.float64]], NDArray[np.int32]]:
    if hasattr(clusterer, "fit_predict"):
        return lambda rows: as_labels(copy.deepcopy(clusterer).fit_predict(rows))
    if callable(clusterer):
        return lambda rows: as_labels(clusterer(rows))
    raise TypeError(f"clusterer is {clusterer!r}; it must have fit_predict, or be a function of the rows")


def null_line(
    X: Any,
    measure: Callable[[NDArray[np.float64]], float | Sequence[float] | Mapping[str, float]],
    *,
    n_draws: int = 20,
    random_state: int = 42,
    column_groups: Sequence[int] | None = None,
    row_keys: Any = None,
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """What chance gives: `measure` on data whose columns were shuffled apart; n_draws x figures.

    Each column keeps its distribution, and nothing holds between them. Columns of one group in
    `column_groups` (a number a column) are shuffled together. `measure` gets the rows and returns a number,
    or always the same number of them; it may be called from several threads at once.

    >>> import numpy as np
    >>> import aisle
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(centre, 0.3, (50, 2)) for centre in (0, 3)])
    >>> def dbcv(rows):
    ...     return aisle.validity_index(rows, aisle.HDBSCAN(min_cluster_size=10).fit_predict(rows))
    >>> draws = aisle.null_line(X, dbcv, n_draws=19)
    >>> round(aisle.null_probability(draws[:, 0], dbcv(X)), 3)
    0.05
    """
    points = as_matrix(X)

    def figures(rows: NDArray[np.float64]) -> list[float]:
        found = measure(rows)
        values = list(found.values()) if isinstance(found, Mapping) else np.atleast_1d(np.asarray(found)).tolist()
        return [float(value) for value in values]

    options = {
        "n_draws": n_draws,
        "random_state": as_seed(random_state),
        "column_groups": [] if column_groups is None else [int(group) for group in column_groups],
    }
    return _core.null_line(points, figures, options, as_keys(row_keys, len(points)), progress)


def null_probability(draws: ArrayLike, observed: float) -> float:
    """The probability under the null line of a figure at least as great as `observed`.

    (1 + draws at least as great) / (1 + draws) (Davison and Hinkley 1997, eq. 4.11). A draw that is NaN counts
    as smaller; NaN when `observed` is NaN.

    >>> import aisle
    >>> aisle.null_probability([0.1, 0.2, 0.3], 0.25)
    0.5
    """
    return _core.null_probability(np.ascontiguousarray(draws, dtype=np.float64).ravel(), float(observed))
