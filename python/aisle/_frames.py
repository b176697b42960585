"""Tables as pandas, polars or Arrow, whichever the caller likes. Imported when a table is asked for."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any, Literal, get_args

FrameKind = Literal["pandas", "polars", "arrow"]


def check_kind(kind: str) -> FrameKind:
    """
    >>> check_kind("spark")
    Traceback (most recent call last):
    ...
    ValueError: frames is 'spark'; expected pandas, polars or arrow
    """
    if kind not in get_args(FrameKind):
        raise ValueError(f"frames is {kind!r}; expected pandas, polars or arrow")
    return kind  # type: ignore[return-value]


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as missing:
        raise ImportError(f"reading tables needs {missing.name}; install it, or choose other frames") from missing


def read_parquet(path: str | os.PathLike[str], kind: FrameKind) -> Any:
    """A Parquet file, or a folder of them with their partitions as columns."""
    if kind == "polars":
        polars = _library("polars")
        if Path(path).is_dir():
            return polars.read_parquet(Path(path) / "**/*.parquet", hive_partitioning=True)
        return polars.read_parquet(path)
    table = _library("pyarrow.parquet").read_table(path)
    return table if kind == "arrow" else table.to_pandas()


def read_csv(path: str | os.PathLike[str], kind: FrameKind) -> Any:
    if kind == "arrow":
        return _library("pyarrow.csv").read_csv(path)
    return _library(kind).read_csv(path)


def frame_of(rows: list[dict[str, Any]], kind: FrameKind) -> Any:
    """Rows as a frame; a key that a row lacks is null there."""
    if kind == "polars":
        return _library("polars").DataFrame(rows, infer_schema_length=None)
    if kind == "arrow":
        return _library("pyarrow").Table.from_pylist(rows)
    return _library("pandas").DataFrame(rows)


def write_parquet(frame: Any, path: str | os.PathLike[str]) -> None:
    """A frame of any of the three kinds."""
    if hasattr(frame, "write_parquet"):
        frame.write_parquet(path)
    elif hasattr(frame, "to_parquet"):
        frame.to_parquet(path, index=False)
    elif hasattr(frame, "schema") and hasattr(frame, "column_names"):
        _library("pyarrow.parquet").write_table(frame, path)
    else:
        raise TypeError(f"a {type(frame).__name__} is no frame; expected one of pandas, polars or Arrow")
