"""A project folder from Python: its tables, features, model, runs and documents, and the program over it."""

from __future__ import annotations

import html
import json
import os
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aisle._frames import FrameKind, check_kind, frame_of, read_csv, read_parquet, write_parquet
from aisle._model import Model
from aisle._pictures import model_html
from aisle._program import Event, ask_program, find_program, last_event, run_program
from aisle._progress import ProgressBar
from aisle._tuning import Tuning

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DOCUMENTS = {
    "metrics": "artifacts/metrics.json",
    "stability": "artifacts/stability.json",
    "identity": "artifacts/identity.json",
    "store_features": "processed/store_features.json",
}


class Run:
    """What a call of the program did: `events` as it told them. Shows the result in a notebook."""

    def __init__(self, project: Project, events: list[Event]) -> None:
        self._project = project
        self.events = events

    @property
    def id(self) -> str | None:
        """Of the run store; None where nothing was run."""
        return next((event["run"] for event in self.events if event["event"] == "run_started"), None)

    @property
    def made(self) -> list[str]:
        """The assets that were made."""
        return [event["asset"] for event in self.events if event["event"] == "asset_made"]

    @property
    def left(self) -> list[str]:
        """The assets that were fresh."""
        return [event["asset"] for event in self.events if event["event"] == "asset_left"]

    @property
    def warnings(self) -> list[str]:
        return [event["message"] for event in self.events if event["event"] == "warning"]

    def __repr__(self) -> str:
        return f"Run({self.id!r}, made {len(self.made)}, left {len(self.left)})"

    def _repr_html_(self) -> str:
        made = ", ".join(self.made) or "nothing: all was fresh"
        text = f"<p>Run <code>{self.id}</code> made {made}</p>"
        return text + (self._project.model._repr_html_() if self._project.has_model else "")


class Project:
    """A project of aisle: the folder that holds aisle.toml.

    Everything is done by the program itself (`program`, else AISLE_PROGRAM, else `aisle` on PATH); what it wrote is
    read as it lies there. Tables come as `frames`: "pandas", "polars" or "arrow".

    >>> Project("/no/such/folder")
    Traceback (most recent call last):
    ...
    FileNotFoundError: /no/such/folder holds no aisle.toml; make a project with `aisle init`
    """

    def __init__(
        self,
        path: str | os.PathLike[str] = ".",
        *,
        frames: FrameKind = "pandas",
        program: str | os.PathLike[str] | None = None,
    ) -> None:
        self.path = Path(path)
        self.frames = check_kind(frames)
        if not (self.path / "aisle.toml").exists():
            raise FileNotFoundError(f"{self.path} holds no aisle.toml; make a project with `aisle init`")
        self._named_program = program

    def __repr__(self) -> str:
        return f"Project({str(self.path)!r})"

    # What is there.

    def stores(self, frames: FrameKind | None = None) -> Any:
        """Every store with its features and clusters (final_clustered_stores.parquet)."""
        return self._table("artifacts/final_clustered_stores.parquet", frames)

    def features(self, frames: FrameKind | None = None) -> Any:
        """The store features, before any model (store_features.parquet)."""
        return self._table("processed/store_features.parquet", frames)

    def months(self, frames: FrameKind | None = None) -> Any:
        """Sales of each store and month (store_months.parquet)."""
        return self._table("processed/store_months.parquet", frames)

    def raw(self, table: str, frames: FrameKind | None = None) -> Any:
        """A raw table of data/raw by the contract's name, as it lies there: before mapping, scope and quarantine."""
        folder = self.path / "data" / "raw"
        for name in (f"{table}.parquet", table):
            if (folder / name).exists():
                return read_parquet(folder / name, frames or self.frames)
        if (folder / f"{table}.csv").exists():
            return read_csv(folder / f"{table}.csv", frames or self.frames)
        there = sorted({path.name.split(".")[0] for path in folder.glob("*")}) if folder.exists() else []
        raise FileNotFoundError(f"{folder} holds no {table}; it has {', '.join(there) or 'nothing'}")

    @property
    def documents(self) -> list[str]:
        """Names of the documents that are there."""
        names = [name for name, file in DOCUMENTS.items() if (self.path / "data" / file).exists()]
        return sorted(names + [file.stem for file in (self.path / "data" / "artifacts" / "insight").glob("*.json")])

    def document(self, name: str) -> dict[str, Any]:
        """A document as the page reads it: "profiles", "personas", "metrics" and so on (docs/insight.md)."""
        file = self.path / "data" / DOCUMENTS.get(name, f"artifacts/insight/{name}.json")
        if not file.exists():
            raise FileNotFoundError(f"there is no document {name}; there are {', '.join(self.documents) or 'none: run()'}")
        document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return document

    @property
    def has_model(self) -> bool:
        return (self.path / "data" / "artifacts" / "metrics.json").exists()

    @property
    def model(self) -> Model:
        """The model of the last fit."""
        if not self.has_model:
            raise FileNotFoundError(f"{self.path} has no model yet: call run()")
        return Model(self.path / "data" / "artifacts", self.frames)

    def runs(self, frames: FrameKind | None = None) -> Any:
        """The history, newest first: id, verb, status, started_at, finished_at, message."""
        names = ("id", "verb", "status", "started_at", "finished_at", "message")
        rows = self._history(f"SELECT {', '.join(names)} FROM runs ORDER BY started_at DESC, rowid DESC")
        return frame_of([dict(zip(names, row, strict=True)) for row in rows], frames or self.frames)

    def status(self) -> list[dict[str, Any]]:
        """Every asset, whether it is fresh, and why not."""
        return list(self._ask("status")["assets"])

    def compare(self, a: str = "previous", b: str = "latest") -> dict[str, Any]:
        """Two runs side by side, as `aisle compare`: who moved, what became of each cluster, which figures differ."""
        comparison: dict[str, Any] = self._ask("compare", a, b)
        return comparison

    @property
    def options(self) -> dict[str, Any]:
        """Every option's value as it holds."""
        values: dict[str, Any] = last_event(self._call("options", []), "options")["options"]
        return values

    # What is done.

    def set(self, options: Mapping[str, Any]) -> str:
        """Writes options into aisle.toml, its comments and order kept; returns what changed, line by line."""
        return str(last_event(self._call("options", _settings(options)), "options_set")["diff"])

    def run(
        self,
        *assets: str,
        force: bool = False,
        options: Mapping[str, Any] | None = None,
        progress: bool = True,
    ) -> Run:
        """Makes what is stale: everything, or these assets alone. `options` hold for this run only."""
        arguments = ["--only", ",".join(assets)] if assets else []
        if force:
            arguments.append("--force")
        return Run(self, self._call("run", arguments, options, progress))

    def predict(self, stores: Any, *, options: Mapping[str, Any] | None = None, progress: bool = True) -> Any:
        """Clusters of stores that the model has not seen: a frame (or a file) of store features, or a folder of raw
        tables. The answer is a frame as `frames` says."""
        with tempfile.TemporaryDirectory(prefix="aisle-predict-") as folder:
            out = Path(folder) / "predicted.parquet"
            if isinstance(stores, str | os.PathLike):
                source = ["--raw" if Path(stores).is_dir() else "--features", os.fspath(stores)]
            else:
                given = Path(folder) / "given.parquet"
                write_parquet(stores, given)
                source = ["--features", str(given)]
            self._call("predict", [*source, "--out", str(out)], options, progress)
            return read_parquet(out, self.frames)

    def tune(
        self,
        *,
        components: Sequence[int] | str | None = None,
        scaling: Sequence[str] | str | None = None,
        leave_out: Sequence[str] | str | None = None,
        weights: Mapping[str, Sequence[float]] | None = None,
        metric: Sequence[str] | str | None = None,
        min_cluster_size: Sequence[int] | str | None = None,
        min_samples: Sequence[int] | str | None = None,
        epsilon: Sequence[float] | str | None = None,
        method: Sequence[str] | str | None = None,
        clusters: Sequence[int] | str | None = None,
        min_stores: int | None = None,
        max_noise: float | None = None,
        random: int | None = None,
        seed: int | None = None,
        resamples: int | None = None,
        options: Mapping[str, Any] | None = None,
        progress: bool = True,
    ) -> Tuning:
        """Tries other options side by side (docs/tune.md). Without arguments: around the project's own.

        Lists are sequences or the program's own text ("3..8"); `clusters` is "6..8", or (6, 8) for 6 to 8.
        """
        lists = {
            "components": components, "scaling": scaling, "leave-out": leave_out, "metric": metric,
            "min-cluster-size": min_cluster_size, "min-samples": min_samples, "epsilon": epsilon, "method": method,
            "clusters": clusters,
        }
        numbers = {
            "min-stores": min_stores, "max-noise": max_noise, "random": random, "seed": seed, "resamples": resamples,
        }
        arguments = []
        for name, values in lists.items():
            if values is not None:
                arguments += [f"--{name}", _list(values)]
        for group, values in (weights or {}).items():
            arguments += ["--weight", f"{group}={_list(values)}"]
        for name, number in numbers.items():
            if number is not None:
                arguments += [f"--{name}", str(number)]
        events = self._call("tune", arguments, options, progress)
        return Tuning(last_event(events, "result")["document"], self.frames)

    def adopt(self, trial: int | str = "recommended", *, dry_run: bool = False, progress: bool = True) -> Run | Event:
        """Makes a trial the project's options and runs what is stale. With `dry_run` it only says what would change:
        `changes`, `diff` and the `comparison` of the clusters before and after."""
        return self._adopt([str(trial)], dry_run, progress)

    def undo_adopt(self, *, dry_run: bool = False, progress: bool = True) -> Run | Event:
        """Takes the newest adoption back, in the same way."""
        return self._adopt(["--undo"], dry_run, progress)

    def plot_profiles(self, ax: Axes | None = None) -> Axes:
        """What sets each cluster apart: every active number, off the chain's mean."""
        from aisle._project_plots import plot_profiles

        return plot_profiles(self.document("profiles"), ax)

    def _repr_html_(self) -> str:
        if not self.has_model:
            return f"<p><b>{html.escape(str(self.path))}</b>: no model yet, call <code>run()</code></p>"
        return model_html(self.path / "data" / "artifacts", self.document("metrics"))

    def _adopt(self, arguments: list[str], dry_run: bool, progress: bool) -> Run | Event:
        events = self._call("adopt", arguments if dry_run else [*arguments, "--yes"], None, progress)
        return last_event(events, "adoption") if dry_run else Run(self, events)

    def _table(self, name: str, frames: FrameKind | None) -> Any:
        file = self.path / "data" / name
        if not file.exists():
            raise FileNotFoundError(f"{file} is not there yet: call run()")
        return read_parquet(file, frames or self.frames)

    def _call(
        self,
        verb: str,
        arguments: Sequence[str],
        options: Mapping[str, Any] | None = None,
        progress: bool = False,
    ) -> list[Event]:
        sets = [part for setting in _settings(options or {}) for part in ("--set", setting)]
        command = [verb, *arguments, *sets, "--project", str(self.path)]
        bar = ProgressBar() if progress else None
        try:
            return run_program(find_program(self._named_program), command, bar)
        finally:
            if bar is not None:
                bar.close()

    def _ask(self, *arguments: str) -> Any:
        return ask_program(find_program(self._named_program), [*arguments, "--project", str(self.path)])

    def _history(self, query: str) -> list[tuple[Any, ...]]:
        file = self.path / ".aisle" / "runs.db"
        if not file.exists():
            return []
        with sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True) as database:
            return database.execute(query).fetchall()


def _list(values: Sequence[Any] | str) -> str:
    """
    >>> _list([3, 4, 5]), _list("3..8"), _list((0, 0.5))
    ('3,4,5', '3..8', '0,0.5')
    """
    return values if isinstance(values, str) else ",".join(str(value) for value in values)


def _settings(options: Mapping[str, Any]) -> list[str]:
    """
    >>> _settings({"famd.n_components": 4, "quality.defaults": True, "model.context": ["regional", "placement"]})
    ['famd.n_components=4', 'quality.defaults=true', 'model.context=["regional", "placement"]']
    """
    return [f"{key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in options.items()]
