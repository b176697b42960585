"""Which cluster of a new clustering is which of the old one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aisle import _core
from aisle._arrays import as_labels
from aisle._core import InvalidInput


@dataclass(frozen=True)
class OldClusterFate:
    """What became of an old cluster."""

    kind: str
    """"survived", "split", "merged" or "vanished" (MONIC, Spiliopoulou et al. 2006)."""
    carried_by: int
    """The new cluster that takes its id; -1 for none."""
    led_to: list[int]
    """New clusters that hold it or parts of it."""


@dataclass(frozen=True)
class NewClusterOrigin:
    """Where a new cluster came from."""

    kind: str
    """"survived", "split", "merged" or "new"."""
    matched_old: int
    """The old cluster whose id it takes; -1 for none."""
    came_from: list[int]
    """Old clusters that led to it."""


@dataclass(frozen=True)
class ClusterMatching:
    """Both clusterings beside each other, on the rows that both have."""

    old_clusters: list[OldClusterFate]
    new_clusters: list[NewClusterOrigin]
    overlaps: NDArray[np.float64]
    """Old x new: weight of the shared rows in both."""
    old_weights: NDArray[np.float64]
    new_weights: NDArray[np.float64]
    n_shared: int
    total_matched: float


def match_clusters(
    old_labels: ArrayLike,
    new_labels: ArrayLike,
    old_keys: Any = None,
    new_keys: Any = None,
    *,
    weights: ArrayLike | None = None,
    survival_share: float = 0.5,
    split_share: float = 0.25,
) -> ClusterMatching:
    """Matches the clusters of a new clustering to those of an old one by maximum weight on shared rows.

    Parameters
    ----------
    old_labels, new_labels : whole numbers
        0, 1, ... and -1 for noise.
    old_keys, new_keys : distinct numbers or texts, or None
        What a row is (say, a store id); None for both: row i is row i.
    weights : floats >= 0, one a new row, or None
        How much a shared row counts.
    survival_share, split_share : 0 < split_share <= survival_share <= 1
        An old cluster's match holds the most of it and at least survival_share; the least share that makes a
        part of it is split_share.

    >>> import aisle
    >>> matching = aisle.match_clusters([0, 0, 0, 1, 1], [1, 1, 1, 0, 0])
    >>> [(origin.kind, origin.matched_old) for origin in matching.new_clusters]
    [('survived', 1), ('survived', 0)]
    """
    old, new = as_labels(old_labels, "old_labels"), as_labels(new_labels, "new_labels")
    old_ranks, new_ranks = _shared_ranks(len(old), old_keys, len(new), new_keys)
    row_weights = np.empty(0) if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
    found = _core.match_clusters(
        old, old_ranks, new, new_ranks, row_weights, float(survival_share), float(split_share)
    )
    return ClusterMatching(
        old_clusters=[OldClusterFate(*fate) for fate in found.pop("fates")],
        new_clusters=[NewClusterOrigin(*origin) for origin in found.pop("origins")],
        **found,
    )


def _shared_ranks(
    n_old: int, old_keys: Any, n_new: int, new_keys: Any
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    if (old_keys is None) != (new_keys is None):
        raise InvalidInput("match_clusters: old_keys and new_keys are given together, or neither")
    old = np.arange(n_old) if old_keys is None else np.asarray(old_keys)
    new = np.arange(n_new) if new_keys is None else np.asarray(new_keys)
    for name, keys, n_rows in (("old_keys", old, n_old), ("new_keys", new, n_new)):
        if keys.shape != (n_rows,):
            raise InvalidInput(f"match_clusters: {name} has the shape {keys.shape}; it must have {n_rows} keys")
    _, ranks = np.unique(np.concatenate([old, new]), return_inverse=True)
    return ranks[:n_old].astype(np.uint64), ranks[n_old:].astype(np.uint64)


def carry_ids(matching: ClusterMatching, old_ids: ArrayLike, last_id: int = -1) -> NDArray[np.int64]:
    """Ids of the new clusters that continue the old ones' (one id an old cluster).

    A matched cluster takes the old one's id, every other the next after the largest of `old_ids` and
    `last_id`, so an id is never used again.

    >>> import aisle
    >>> aisle.carry_ids(aisle.match_clusters([0, 0, 1, 1], [0, 0, -1, -1]), [7, 8]).tolist()
    [7]
    """
    matched = np.asarray([origin.matched_old for origin in matching.new_clusters], dtype=np.int32)
    return _core.carry_ids(matched, np.ascontiguousarray(old_ids, dtype=np.int64), int(last_id))
