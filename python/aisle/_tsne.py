"""t-SNE as an estimator, with names and defaults as in openTSNE."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aisle import _core
from aisle._arrays import as_matrix, as_seed
from aisle._estimator import Estimator, FrameOutput

if TYPE_CHECKING:
    from typing_extensions import Self


class TSNE(FrameOutput, Estimator):
    """A map of points in the plane on which near points stay near (van der Maaten and Hinton 2008).

    Neighbours are exact, the start is the first two principal axes, and the repulsion is Barnes and Hut's;
    the map has the same bits for any number of threads. New points are placed by `transform`.

    Parameters
    ----------
    perplexity : float, 30
        How many neighbours a point attends to; at most (n - 1) / 3 of n rows is used.
    learning_rate : float or "auto"
        "auto": n / exaggeration (Belkina et al. 2019).
    early_exaggeration : float, 12
        Factor of the attraction in the first iterations.
    early_exaggeration_iter : int, 250
    n_iter : int, 750
        Iterations after the early ones.
    theta : float, 0.5
        0 (exact, slow) to 1.
    metric : "euclidean" or "manhattan"
    random_state : int, 42
        Seed of the jitter of the start.

    Attributes
    ----------
    embedding_ : n x 2, or a frame
    kl_divergence_ : float
        In nats.
    perplexity_ : float
        That was used.

    Examples
    --------
    >>> import numpy as np
    >>> import aisle
    >>> X = np.random.default_rng(0).normal(size=(60, 5))
    >>> tsne = aisle.TSNE(perplexity=10, n_iter=100).fit(X)
    >>> tsne.embedding_.shape, tsne.transform(X[:3] + 0.01).shape
    ((60, 2), (3, 2))
    """

    _estimator_type = "transformer"

    def __init__(
        self,
        perplexity: float = 30,
        learning_rate: float | str = "auto",
        early_exaggeration: float = 12,
        early_exaggeration_iter: int = 250,
        n_iter: int = 750,
        theta: float = 0.5,
        metric: str = "euclidean",
        random_state: int = 42,
    ) -> None:
        self.perplexity = perplexity
        self.learning_rate = learning_rate
        self.early_exaggeration = early_exaggeration
        self.early_exaggeration_iter = early_exaggeration_iter
        self.n_iter = n_iter
        self.theta = theta
        self.metric = metric
        self.random_state = random_state

    def fit(self, X: Any, y: object = None, *, progress: Callable[[int, int], object] | None = None) -> Self:
        """Maps the rows of `X` (n x d, finite). `progress(done, total)` is called by iterations."""
        points = as_matrix(X)
        positions, self.perplexity_, self.kl_divergence_ = _core.tsne(points, self._options(), progress)
        self._points = points
        self._positions = positions
        self._remember_columns(X, points.shape[1])
        self.embedding_ = self._framed(X, positions, self.get_feature_names_out())
        return self

    def fit_transform(self, X: Any, y: object = None, **fit_params: Any) -> Any:
        """`fit(X).embedding_`."""
        return self.fit(X, y, **fit_params).embedding_

    def transform(self, X: Any) -> Any:
        """Places new rows (m x d) into the map, which stays as it is; a row's place depends on no other new row."""
        self._check_fitted()
        points = as_matrix(X)
        self._check_columns(X, points.shape[1])
        placed = _core.place_in_map(points, self._points, self._positions, self._options())
        return self._framed(X, placed, self.get_feature_names_out())

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """The names of the map's columns, tsne0 and tsne1."""
        return np.asarray(["tsne0", "tsne1"], dtype=object)

    def _options(self) -> dict[str, Any]:
        options = self.get_params()
        options["learning_rate"] = 0.0 if self.learning_rate == "auto" else float(self.learning_rate)
        options["random_state"] = as_seed(self.random_state)
        return options
