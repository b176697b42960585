"""What users pass, as arrays the library takes: without a copy where it is C-contiguous float64 already."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aisle._core import InvalidInput

NO_KEYS = np.empty(0, dtype=np.uint64)


def frame_kind(X: Any) -> str | None:
    """"pandas" or "polars" for a frame of theirs, else None; imports neither."""
    package = type(X).__module__.partition(".")[0]
    return package if package in ("pandas", "polars") and hasattr(X, "columns") else None


def column_names(X: Any) -> list[str] | None:
    """The names of a frame's columns when all are text, else None."""
    names = list(X.columns) if frame_kind(X) is not None else []
    return names if names and all(isinstance(name, str) for name in names) else None


def check_shape(shape: tuple[int, ...], *, least_rows: int = 1) -> None:
    """Refuses what is no table of at least `least_rows` rows and one column."""
    if len(shape) != 2:
        raise InvalidInput(
            f"Expected 2D array, got {len(shape)}D array instead. Reshape your data either using "
            "array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it contains a "
            "single sample."
        )
    if shape[0] < least_rows:
        raise InvalidInput(
            f"Found array with {shape[0]} sample(s) (shape={shape}) while a minimum of {least_rows} is required."
        )
    if shape[1] == 0:
        raise InvalidInput(
            f"Found array with 0 feature(s) (shape={shape}) while a minimum of 1 is required."
        )


def as_matrix(X: Any) -> NDArray[np.float64]:
    """`X` (n x d) as C-contiguous float64; `X` itself, uncopied, if it is that already."""
    if hasattr(X, "toarray"):
        raise TypeError(
            "Sparse data was passed, but dense data is required. Use '.toarray()' to convert to a dense array."
        )
    if frame_kind(X) == "pandas":
        X = X.to_numpy(dtype=np.float64, na_value=np.nan)
    elif frame_kind(X) == "polars":
        X = X.to_numpy(order="c")
    values = np.asarray(X)
    if values.dtype.kind == "c":
        raise InvalidInput(f"Complex data not supported\n{values}\n")
    check_shape(values.shape)
    return np.ascontiguousarray(values, dtype=np.float64)


def as_labels(labels: ArrayLike, name: str = "labels") -> NDArray[np.int32]:
    """Labels as int32; -1 is noise."""
    values = np.asarray(labels)
    if values.ndim != 1:
        raise InvalidInput(f"{name} has {values.ndim} dimensions; it must have 1")
    if values.dtype.kind not in "iub" and not (values.size and np.array_equal(values, np.trunc(values))):
        raise InvalidInput(f"{name} is of type {values.dtype}; it must hold whole numbers, -1 for noise")
    if values.size and (values.max() > np.iinfo(np.int32).max or values.min() < -1):
        raise InvalidInput(f"{name} runs from {values.min()} to {values.max()}; labels are -1, 0, 1, ...")
    return np.ascontiguousarray(values, dtype=np.int32)


def as_keys(row_keys: Any, n_rows: int) -> NDArray[np.uint64]:
    """The rank of each row's key (numbers or texts, distinct); empty for None."""
    if row_keys is None:
        return NO_KEYS
    keys = np.asarray(row_keys)
    if keys.shape != (n_rows,):
        raise InvalidInput(f"row_keys has the shape {keys.shape}; it must have one key for each of the {n_rows} rows")
    distinct, ranks = np.unique(keys, return_inverse=True)
    if len(distinct) != n_rows:
        counts = np.bincount(ranks)
        raise InvalidInput(f"row_keys has {distinct[counts.argmax()]} twice; every row's key must be its own")
    return np.ascontiguousarray(ranks, dtype=np.uint64)


def as_seed(random_state: Any) -> int:
    """A seed of draws: a whole number from 0."""
    if isinstance(random_state, (int, np.integer)) and 0 <= random_state < 2**64:
        return int(random_state)
    raise InvalidInput(f"random_state is {random_state!r}; it must be a whole number from 0 to 2^64 - 1")
