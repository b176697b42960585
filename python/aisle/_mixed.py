"""Frames and arrays as numeric and categorical columns."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aisle._arrays import as_matrix, check_shape, frame_kind
from aisle._core import InvalidInput

# The level of a missing value of a categorical column.
MISSING = "(missing)"


class MixedColumns(NamedTuple):
    """What the library takes: numeric columns side by side, categorical ones as (name, sorted levels, codes)."""

    names: list[str]  # of all columns of X, also of those that are left out here
    numeric_names: list[str]
    numeric: NDArray[np.float64]
    categorical: list[tuple[str, list[str], NDArray[np.int32]]]

    def part(self, keeps: Callable[[str], bool]) -> MixedColumns:
        """The columns whose name `keeps` holds for."""
        at = [place for place, name in enumerate(self.numeric_names) if keeps(name)]
        return MixedColumns(
            self.names,
            [self.numeric_names[place] for place in at],
            np.ascontiguousarray(self.numeric[:, at]),
            [column for column in self.categorical if keeps(column[0])],
        )


def mixed_columns(
    X: Any, is_categorical: Callable[[str], bool | None], wanted: Collection[str] | None = None
) -> MixedColumns:
    """The columns of `X`. `is_categorical(name)` decides, or says None: numbers are numeric, all else is not.

    Columns that are not `wanted` are not looked at (None: all are). An array of numbers has numeric columns x0, x1, ...; in one of objects each column is looked at.
    """
    kind = frame_kind(X)
    if kind is None:
        values = np.asarray(X) if not hasattr(X, "toarray") else X
        if hasattr(X, "toarray") or values.dtype.kind not in "OUS":
            values = as_matrix(X)
        check_shape(values.shape)
        columns = {f"x{at}": values[:, at] for at in range(values.shape[1])}
        if values.dtype == np.float64 and not any(map(is_categorical, columns)):
            return MixedColumns(list(columns), list(columns), values, [])
    else:
        check_shape(X.shape)
        columns = {str(name): X[name] for name in X.columns}
        if len(columns) != X.shape[1]:
            raise InvalidInput("famd: two columns of X have the same name; names must be distinct")
    return _sorted_out(columns, X.shape[0] if kind else len(values), is_categorical, wanted)


def _sorted_out(
    columns: dict[str, Any],
    n_rows: int,
    is_categorical: Callable[[str], bool | None],
    wanted: Collection[str] | None,
) -> MixedColumns:
    numbers, categorical = {}, []
    for name, column in columns.items():
        if wanted is not None and name not in wanted:
            continue
        chosen = is_categorical(name)
        if not (chosen if chosen is not None else not _is_numeric(column)):
            numbers[name] = _numbers(name, column)
        else:
            categorical.append((name, *_coded(name, column)))
    numeric = np.empty((n_rows, len(numbers)))
    for at, values in enumerate(numbers.values()):
        numeric[:, at] = values
    return MixedColumns(list(columns), list(numbers), numeric, categorical)


def _package(column: Any) -> str:
    return type(column).__module__.partition(".")[0]


def _is_numeric(column: Any) -> bool:
    if _package(column) == "polars":
        return bool(column.dtype.is_numeric())
    kind = getattr(column.dtype, "kind", "O")
    if kind == "O" and _package(column) == "numpy":
        return all(isinstance(value, (int, float, np.number)) and not isinstance(value, bool) for value in column)
    return kind in "iuf"


def _numbers(name: str, column: Any) -> NDArray[np.float64]:
    try:
        if _package(column) == "pandas":
            column = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"famd: column {name} is numeric, and holds what is no number: {error}") from error


def _coded(name: str, column: Any) -> tuple[list[str], NDArray[np.int32]]:
    """Levels as text, sorted, and the codes of the rows. A missing value is the level MISSING."""
    if _package(column) == "polars":
        values, codes = _polars_codes(column)
    elif _package(column) == "pandas":
        import pandas as pd

        codes, values = pd.factorize(column)
    else:
        values, codes = _array_codes(column)
    dates = ("Timestamp", "Timedelta", "datetime", "date", "datetime64", "timedelta")
    if any(type(value).__name__ in dates for value in values[:1]):
        raise InvalidInput(f"famd: column {name} holds dates; make numbers or categories of them first")
    texts = [_text(value) for value in values]
    if len(codes) and codes.min() < 0:
        texts.append(MISSING)  # code -1 is the last
    levels, places = np.unique(np.asarray(texts, dtype=object), return_inverse=True)
    return levels.tolist(), np.ascontiguousarray(places[codes], dtype=np.int32)


def _text(value: Any) -> str:
    return MISSING if value is None or value != value else str(value)


def _polars_codes(column: Any) -> tuple[list[Any], NDArray[np.intp]]:
    distinct = column.unique().drop_nulls()
    import polars as pl

    places = pl.Series(range(len(distinct)), dtype=pl.Int64)
    codes = column.replace_strict(distinct, places, default=-1, return_dtype=pl.Int64)
    return distinct.to_list(), codes.to_numpy().astype(np.intp)


def _array_codes(column: NDArray[Any]) -> tuple[list[Any], NDArray[np.intp]]:
    numbers: dict[Any, int] = {}
    texts = [_text(value) for value in column.tolist()]
    codes = [numbers.setdefault(text, len(numbers)) for text in texts]
    return list(numbers), np.asarray(codes, dtype=np.intp)


def unseen_levels(fitted: Collection[str], levels: list[str], codes: NDArray[np.int32]) -> list[str]:
    """Levels that rows have and the fit lacks."""
    present = np.unique(codes)
    return [levels[code] for code in present.tolist() if levels[code] not in fitted]
