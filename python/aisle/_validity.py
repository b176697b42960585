"""How good a clustering is: DBCV, silhouette and the adjusted Rand index."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aisle import _core
from aisle._arrays import as_labels, as_matrix


@overload
def validity_index(X: Any, labels: ArrayLike, metric: str = ..., per_cluster_scores: Literal[False] = ...) -> float: ...
@overload
def validity_index(
    X: Any, labels: ArrayLike, metric: str = ..., *, per_cluster_scores: Literal[True]
) -> tuple[float, NDArray[np.float64]]: ...
def validity_index(
    X: Any, labels: ArrayLike, metric: str = "euclidean", per_cluster_scores: bool = False
) -> float | tuple[float, NDArray[np.float64]]:
    """Density-based clustering validation, DBCV (Moulavi et al. 2014), from -1 to 1.

    As `hdbscan.validity.validity_index`, in memory linear in the rows. Labels -1 are noise and count in the
    weights. NaN with fewer than two clusters; a cluster of one point scores 0 (hdbscan raises).

    Parameters
    ----------
    X : array or frame, n x d
        Finite values.
    labels : n whole numbers
    metric : "euclidean" or "manhattan"
    per_cluster_scores : bool
        Returns (index, score of each label) instead of the index.

    >>> import aisle
    >>> X = [[0.0], [0.1], [0.2], [0.3], [9.0], [9.1], [9.2], [9.3]]
    >>> aisle.validity_index(X, [0, 0, 0, 0, 1, 1, 1, 1]) > 0.9
    True
    """
    index, by_cluster = _core.dbcv(as_matrix(X), as_labels(labels), metric)
    return (index, by_cluster) if per_cluster_scores else index


dbcv = validity_index  # the index by its own name


def silhouette_score(X: Any, labels: ArrayLike, metric: str = "euclidean") -> float:
    """Mean silhouette (Rousseeuw 1987) over the rows whose label is not -1, in memory linear in the rows.

    NaN with fewer than two clusters or as many as rows. `metric` is "euclidean" or "manhattan".

    >>> import aisle
    >>> round(aisle.silhouette_score([[0.0], [1.0], [9.0], [10.0]], [0, 0, 1, 1]), 3)
    0.889
    """
    return _core.silhouette(as_matrix(X), as_labels(labels), metric)


def silhouette_samples(X: Any, labels: ArrayLike, metric: str = "euclidean") -> NDArray[np.float64]:
    """The silhouette of each row, whose mean over the clustered rows is `silhouette_score`.

    NaN for a row whose label is -1, and for all rows where `silhouette_score` is NaN.

    >>> import aisle
    >>> aisle.silhouette_samples([[0.0], [1.0], [9.0], [10.0]], [0, 0, 1, 1]).round(3).tolist()
    [0.895, 0.882, 0.882, 0.895]
    """
    return _core.silhouette_samples(as_matrix(X), as_labels(labels), metric)


def adjusted_rand_index(a: ArrayLike, b: ArrayLike) -> float:
    """Hubert and Arabie 1985: 1 for two equal clusterings, about 0 for independent ones. -1 is a group too.

    >>> import aisle
    >>> aisle.adjusted_rand_index([0, 0, 1, 1], [1, 1, 0, 0])
    1.0
    """
    return _core.adjusted_rand_index(as_labels(a, "a"), as_labels(b, "b"))
