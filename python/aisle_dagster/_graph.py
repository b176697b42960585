"""The graph of a project as plain data, from `aisle assets --json`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

# The asset that evaluates the expectations: Dagster shows them as its checks.
CHECKS_ASSET = "data_checks"


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Check:
    """One expectation over a raw table, under the name that Dagster knows it by."""

    dagster_name: str
    table: str
    expectation: str
    severity: str
    description: str


@dataclass(frozen=True)
class Asset:
    key: str
    title: str
    description: str
    is_raw: bool
    depends_on: tuple[str, ...]
    code_version: str
    options: tuple[str, ...]
    outputs: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Graph:
    assets: tuple[Asset, ...]
    checks: tuple[Check, ...]

    @property
    def raw(self) -> tuple[Asset, ...]:
        return tuple(asset for asset in self.assets if asset.is_raw)

    @property
    def made(self) -> tuple[Asset, ...]:
        return tuple(asset for asset in self.assets if not asset.is_raw)


def dagster_check_name(table: str, expectation: str) -> str:
    """A name of letters, digits and underscores, which begins with the table: "fact_sales_sales_store_known"."""
    return re.sub(r"[^A-Za-z0-9]+", "_", f"{table} {expectation}").strip("_")


def _asset(entry: dict[str, Any]) -> Asset:
    return Asset(
        key=entry["key"],
        title=entry["title"],
        description=entry["description"],
        is_raw=entry["kind"] == "source",
        depends_on=tuple(entry["depends_on"]),
        code_version=str(entry["code_version"]),
        options=tuple(entry["options"]),
        outputs=tuple(entry["outputs"]),
        columns=tuple(Column(**column) for column in entry["columns"]),
    )


def read_graph(document: dict[str, Any]) -> Graph:
    checks = [
        Check(
            dagster_check_name(entry["key"], check["name"]),
            entry["key"],
            check["name"],
            check["severity"],
            check["description"],
        )
        for entry in document["assets"]
        for check in entry["checks"]
    ]
    return Graph(tuple(_asset(entry) for entry in document["assets"]), tuple(checks))
