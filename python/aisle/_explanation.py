"""What holds each point apart from its cluster, and off the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aisle import _core
from aisle._arrays import as_labels, as_matrix


@dataclass(frozen=True)
class PointExplanations:
    """Shares of distances by column, against the typical member of a cluster: the median, column by column."""

    typical: NDArray[np.float64]
    """clusters x d; NaN for a label without rows."""
    clusters: NDArray[np.int32]
    """The cluster that a point is measured against: its own; for noise the nearest; -1 without any."""
    shares: NDArray[np.float64]
    """n x d: each column's share of the distance from the typical member, above 0 where the point's value is
    higher. Sizes add up to 1 in a row."""
    next_clusters: NDArray[np.int32]
    """The other cluster whose typical member is nearest; -1 with fewer than two."""
    margins: NDArray[np.float64]
    """n x d: what each column does for the point's place. Above 0 it holds the point off the next cluster,
    below 0 it draws it there. In sum over a row 1 at the own typical member, -1 at the next one's."""


def explain_points(X: Any, labels: ArrayLike, metric: str = "euclidean") -> PointExplanations:
    """For each row the columns that hold it apart from its cluster, and off the next one; exact, no sampling.

    `X` (n x d, finite) is what was clustered, so that its columns are of comparable units; labels are 0 and
    up, noise -1. `metric` is "euclidean" (squared differences are shared out) or "manhattan". ValueError for
    lengths that differ or a value that is not finite.

    >>> import aisle
    >>> X = [[0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [9.0, 1.0], [9.0, 1.0], [8.0, 1.0]]
    >>> found = aisle.explain_points(X, [0, 0, 0, 1, 1, 1])
    >>> found.shares[0].tolist()  # lower than the typical member in the second column alone
    [0.0, -1.0]
    >>> found.margins[5].round(2).tolist()  # the first column keeps it in its cluster
    [0.78, 0.0]
    """
    return PointExplanations(**_core.explain_points(as_matrix(X), as_labels(labels), metric))
