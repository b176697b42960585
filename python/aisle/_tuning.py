"""The trials of a search."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from aisle._frames import FrameKind, frame_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 15


class Tuning:
    """What `Project.tune` tried: `document` is the program's own (docs/tune.md).

    >>> tuning = Tuning({"tuning": "t", "recommended": 1, "reason": "Trial 1 is.", "searched": ["components"],
    ...     "trials": [{"trial": 1, "values": {"components": "3"}, "settings": [], "problem": None, "n_clusters": 2,
    ...     "n_noise": 0, "noise_share": 0.0, "smallest": 5, "dbcv": 0.5, "silhouette": 0.4, "stability": None,
    ...     "on_front": True}]}, "arrow")
    >>> tuning
    Tuning('t', 1 trials, recommended 1)
    """

    def __init__(self, document: dict[str, Any], frames: FrameKind) -> None:
        self.document = document
        self._frames = frames

    def __repr__(self) -> str:
        return f"Tuning({self.id!r}, {len(self.document['trials'])} trials, recommended {self.recommended})"

    @property
    def id(self) -> str:
        return str(self.document["tuning"])

    @property
    def recommended(self) -> int | None:
        """The number of the recommended trial; None where there is none."""
        number: int | None = self.document["recommended"]
        return number

    @property
    def reason(self) -> str:
        return str(self.document["reason"])

    def trials(self, frames: FrameKind | None = None) -> Any:
        """A row a trial: its number, what was searched (as numbers where they are), the figures; those of a trial
        with a `problem` are null."""
        rows = []
        for trial in self.document["trials"]:
            row: dict[str, Any] = {"trial": trial["trial"]}
            row |= {name: _number(text) for name, text in trial["values"].items()}
            row |= {name: trial[name] for name in
                    ("n_clusters", "n_noise", "noise_share", "smallest", "dbcv", "silhouette", "stability", "on_front")}
            row["recommended"] = trial["trial"] == self.recommended
            row["problem"] = trial["problem"]
            rows.append(row)
        return frame_of(rows, frames or self._frames)

    def settings(self, trial: int | None = None) -> list[str]:
        """A trial's options as `--set` takes them; the recommended one's without a number."""
        number = self.recommended if trial is None else trial
        for one in self.document["trials"]:
            if one["trial"] == number:
                return list(one["settings"])
        raise ValueError(f"there is no trial {number}; expected 1 to {len(self.document['trials'])}")

    def plot_trade_off(self, ax: Axes | None = None) -> Axes:
        """Silhouette against DBCV, colour the noise, area the clusters; the front and the recommended trial."""
        from aisle._project_plots import plot_trade_off

        return plot_trade_off(self, ax)

    def _repr_html_(self) -> str:
        names = self.document["searched"]
        order = sorted(self.document["trials"], key=self._rank)[:SHOWN]
        head = "".join(f"<th>{html.escape(name)}</th>" for name in
                       ["", "trial", *names, "clusters", "smallest", "noise", "DBCV", "silhouette", "stability"])
        rows = "".join(self._row(trial, names) for trial in order)
        more = len(self.document["trials"]) - len(order)
        return (
            f"<div><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f"{f'<p>and {more} more</p>' if more else ''}<p>{html.escape(self.reason)}</p></div>"
        )

    def _rank(self, trial: dict[str, Any]) -> tuple[bool, bool, float]:
        dbcv = trial["dbcv"]
        return (trial["trial"] != self.recommended, not trial["on_front"], float("inf") if dbcv is None else -dbcv)

    def _row(self, trial: dict[str, Any], names: list[str]) -> str:
        mark = "★" if trial["trial"] == self.recommended else "•" if trial["on_front"] else ""
        cells = [mark, trial["trial"], *(html.escape(trial["values"][name]) for name in names)]
        if trial["problem"] is not None:
            start = "".join(f"<td>{cell}</td>" for cell in cells)
            return f"<tr>{start}<td colspan=6>no clusters: {html.escape(trial['problem'])}</td></tr>"
        cells += [trial["n_clusters"], trial["smallest"], f"{100 * trial['noise_share']:.0f} %"]
        cells += ["–" if trial[name] is None else f"{trial[name]:.3f}" for name in ("dbcv", "silhouette", "stability")]
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _number(text: str) -> int | float | str:
    """
    >>> _number("5"), _number("0.5"), _number("leaf")
    (5, 0.5, 'leaf')
    """
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
