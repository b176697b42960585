"""HDBSCAN as a scikit-learn estimator."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aisle import _core
from aisle._arrays import as_keys, as_matrix
from aisle._estimator import Estimator
from aisle._trees import CondensedTree, MinimumSpanningTree, condensed_edges, spanning_edges

if TYPE_CHECKING:
    from typing_extensions import Self


@dataclass(frozen=True)
class Prediction:
    """Where new points belong; one entry a point."""

    labels: NDArray[np.int32]
    probabilities: NDArray[np.float64]
    """Strength of membership, 0 to 1; 0 for noise."""
    next_labels: NDArray[np.int32]
    """The next-best cluster; -1 when there is none. Noise has one too."""
    next_strengths: NDArray[np.float64]
    outlier_scores: NDArray[np.float64]
    """GLOSH, 0 to 1."""
    attached_rows: NDArray[np.int32]
    """The row of the fit that the point attaches to; -1 for none."""


@dataclass(frozen=True)
class LimitCosts:
    """What limits cost in total stability (excess of mass) against the choice without them.

    Each limit by itself, and all together. NaN for one that cannot be kept by itself, 0 for one that is not set.
    """

    free_stability: float
    """Of the choice without limits."""
    all: float
    min_clusters: float
    max_clusters: float
    min_share: float
    max_share: float


class HDBSCAN(Estimator):
    """Hierarchical density-based clustering (Campello, Moulavi and Sander 2013), exact and deterministic.

    Names and defaults are those of scikit-learn-contrib/hdbscan.

    Parameters
    ----------
    min_cluster_size : int, 5
        The fewest points of a cluster; at least 2.
    min_samples : int or None
        Neighbours, the point itself not counted, that make a core distance. None: min_cluster_size.
        (scikit-learn counts the point itself: its min_samples is one more.)
    cluster_selection_epsilon : float, 0.0
        Clusters that are born below this distance are merged upwards.
    max_cluster_size : int, 0
        The most points of a cluster; 0 for no limit.
    metric : "euclidean" or "manhattan"
    cluster_selection_method : "eom" or "leaf"
        Excess of mass, or the leaves of the tree.
    allow_single_cluster : bool, False
        Whether the root may be a cluster.
    min_clusters, max_clusters : int, 0
        The fewest and the most clusters, cut along the hierarchy; 0 for no limit. The same: exactly so many.
    min_share, max_share : float, 0.0 and 1.0
        The smallest and the largest share of all rows that a cluster may have. A choice that keeps these
        limits stands; else the most stable one that does is taken (the finest, by "leaf"). ValueError, which
        says what is possible, where nothing keeps them.

    Attributes
    ----------
    labels_ : n int32
        0, 1, ... by size, largest first; -1 for noise.
    probabilities_ : n float64
        Strength of membership, 0 to 1; 0 for noise.
    outlier_scores_ : n float64
        GLOSH, 0 to 1.
    cluster_persistence_ : float64 by label
        A cluster's stability over its largest possible.
    core_distances_ : n float64
    condensed_tree_, minimum_spanning_tree_
        The trees, with `to_numpy`, `to_pandas` and `plot`.
    exemplars_ : list of arrays by label
        The rows of X at the heart of each cluster.
    n_features_in_, feature_names_in_
        As in scikit-learn; the names when X is a frame.

    Notes
    -----
    A C-contiguous float64 array is taken by reference, at no copy, and kept: do not write to it while the
    estimator is in use. Ties are broken by row number, or by the `row_keys` given to `fit`: with keys, labels
    do not depend on the order of the rows. `fit` runs without the GIL, and Ctrl-C stops it.

    Examples
    --------
    >>> import numpy as np
    >>> import aisle
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(centre, 0.3, (n, 2)) for centre, n in ((0, 60), (3, 40))])
    >>> clusterer = aisle.HDBSCAN(min_cluster_size=15).fit(X)
    >>> np.bincount(clusterer.labels_ + 1).tolist()
    [0, 60, 40]
    >>> clusterer.reselect(min_cluster_size=50).labels_.max()
    np.int32(-1)
    >>> clusterer.reselect(n_clusters=2).limit_costs().all
    0.0
    """

    _estimator_type = "clusterer"

    labels_: NDArray[np.int32]
    probabilities_: NDArray[np.float64]
    outlier_scores_: NDArray[np.float64]
    cluster_persistence_: NDArray[np.float64]
    core_distances_: NDArray[np.float64]

    def __init__(
        self,
        min_cluster_size: int = 5,
        min_samples: int | None = None,
        cluster_selection_epsilon: float = 0.0,
        max_cluster_size: int = 0,
        metric: str = "euclidean",
        cluster_selection_method: str = "eom",
        allow_single_cluster: bool = False,
        min_clusters: int = 0,
        max_clusters: int = 0,
        min_share: float = 0.0,
        max_share: float = 1.0,
    ) -> None:
        self.min_cluster_size = min_cluster_size
        self.min_samples = min_samples
        self.cluster_selection_epsilon = cluster_selection_epsilon
        self.max_cluster_size = max_cluster_size
        self.metric = metric
        self.cluster_selection_method = cluster_selection_method
        self.allow_single_cluster = allow_single_cluster
        self.min_clusters = min_clusters
        self.max_clusters = max_clusters
        self.min_share = min_share
        self.max_share = max_share

    def fit(self, X: Any, y: object = None, *, row_keys: Any = None) -> Self:
        """Clusters the rows of `X` (n x d, finite).

        `row_keys` (n distinct numbers or texts, say store ids) break ties in the place of row numbers. `y` is
        ignored. ValueError for a parameter or a value out of range.
        """
        points = as_matrix(X)
        keys = as_keys(row_keys, len(points))
        self._take(_core.hdbscan(points, self._options(), keys))
        self._points = points
        self._row_keys = keys
        self._remember_columns(X, points.shape[1])
        return self

    def fit_predict(self, X: Any, y: object = None, *, row_keys: Any = None) -> NDArray[np.int32]:
        """`fit(X).labels_`."""
        return self.fit(X, y, row_keys=row_keys).labels_

    def predict(self, X: Any) -> NDArray[np.int32]:
        """Labels of new rows (m x d) by the fit's own hierarchy; on the fit's rows they are `labels_`."""
        return self.predict_details(X).labels

    def predict_details(self, X: Any) -> Prediction:
        """`predict` with strengths, the next-best cluster and outlier scores.

        A point with the values of a row of the fit is given what that row has. Any other attaches to the row
        of the least mutual reachability, and leaves the tree when that row does, or at its own density if
        that is less. The hierarchy does not change, and a point's answer depends on no other new point.
        """
        self._check_fitted()
        points = as_matrix(X)
        self._check_columns(X, points.shape[1])
        fit = {
            "core_distances": self.core_distances_,
            "labels": self.labels_,
            "probabilities": self.probabilities_,
            "tree_nodes": self._selected,
            "condensed_edges": self._condensed_edges.view(np.uint8),
        }
        return Prediction(**_core.predict(self._points, self._options(), fit, self._row_keys, points))

    def reselect(self, *, n_clusters: int | None = None, **params: Any) -> HDBSCAN:
        """A fitted copy with other parameters of the selection, from the spanning tree that is there.

        `params` may be min_cluster_size, cluster_selection_epsilon, max_cluster_size,
        cluster_selection_method, allow_single_cluster, min_clusters, max_clusters, min_share and max_share;
        `n_clusters` stands for both numbers of clusters. The core distances stay those of the fit, so a
        min_samples of None becomes the number that the fit used. Milliseconds, not a new search.
        """
        self._check_fitted()
        for fixed in ("min_samples", "metric"):
            if fixed in params:
                raise _core.InvalidInput(f"reselect: {fixed} belongs to the spanning tree; fit anew to change it")
        if n_clusters is not None:
            if n_clusters == 0 or {"min_clusters", "max_clusters"} & set(params):
                raise _core.InvalidInput(
                    f"reselect: n_clusters is {n_clusters}; it must be at least 1, without min_clusters and max_clusters"
                )
            params["min_clusters"] = params["max_clusters"] = n_clusters
        chosen = copy.copy(self)
        chosen.set_params(min_samples=self._options()["min_samples"])
        chosen.set_params(**params)
        edges = self._spanning_edges.view(np.uint8)
        chosen._take(
            _core.cluster_spanning_tree(edges, self.core_distances_, chosen._options(), self._row_keys)
        )
        return chosen

    def limit_costs(self) -> LimitCosts:
        """What min_clusters, max_clusters, min_share and max_share cost in stability."""
        self._check_fitted()
        edges = self._condensed_edges.view(np.uint8)
        return LimitCosts(**_core.limit_costs(edges, len(self.labels_), self._options()))

    @property
    def condensed_tree_(self) -> CondensedTree:
        self._check_fitted()
        return CondensedTree(self._condensed_edges, self.labels_, self._selected)

    @property
    def minimum_spanning_tree_(self) -> MinimumSpanningTree:
        self._check_fitted()
        return MinimumSpanningTree(self._spanning_edges, self._points)

    @property
    def exemplars_(self) -> list[NDArray[np.float64]]:
        return [self._points[rows] for rows in self.condensed_tree_.exemplars()]

    def _options(self) -> dict[str, Any]:
        options = self.get_params()
        if options["min_samples"] is None:
            options["min_samples"] = options["min_cluster_size"]
        elif options["min_samples"] == 0:  # the library's word for None
            raise _core.InvalidInput("hdbscan: min_samples is 0; it must be at least 1, or None")
        for name in ("min_cluster_size", "min_samples", "max_cluster_size", "min_clusters", "max_clusters"):
            if not isinstance(options[name], (int, np.integer)):
                raise _core.InvalidInput(f"hdbscan: {name} is {options[name]!r}; it must be a whole number")
            options[name] = int(options[name])
        for name in ("cluster_selection_epsilon", "min_share", "max_share"):
            options[name] = float(options[name])
        options["allow_single_cluster"] = bool(options["allow_single_cluster"])
        return options

    def _take(self, found: dict[str, Any]) -> None:
        self.labels_ = found["labels"]
        self.probabilities_ = found["probabilities"]
        self.outlier_scores_ = found["outlier_scores"]
        self.cluster_persistence_ = found["persistence"]
        self.core_distances_ = found["core_distances"]
        self._selected = found["tree_nodes"]
        self._condensed_edges = condensed_edges(found["condensed_edges"])
        self._spanning_edges = spanning_edges(found["spanning_edges"])
