"""How far a run is: a bar in a notebook or on a terminal, nothing elsewhere."""

from __future__ import annotations

import html
import importlib
import sys
from typing import Any

from aisle._program import Event

CELLS = 24


class ProgressBar:
    """Listens to the program's events. Close it at the end."""

    def __init__(self) -> None:
        self._display = _notebook_display()
        self._terminal = self._display is None and sys.stderr.isatty()
        self._titles: dict[str, str] = {}
        self._done: list[str] = []
        self._text = ""

    def __call__(self, event: Event) -> None:
        name = event["event"]
        if name == "stage_started":
            self._titles[event["asset"]] = event["title"] or event["asset"]
            self._show(event["asset"], 0.0)
        elif name == "progress" and event["total"]:
            self._show(event["asset"], min(1.0, event["done"] / event["total"]))
        elif name == "stage_finished":
            self._done.append(f"{event['asset']} {event['seconds']:.1f} s")

    def close(self) -> None:
        if self._display is not None:
            self._display.update(_html(f"<small>{html.escape(', '.join(self._done) or 'nothing was stale')}</small>"))
        elif self._terminal and self._text:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _show(self, asset: str, share: float) -> None:
        title = self._titles.get(asset, asset)
        text = f"{title} {100 * share:3.0f} %"
        if text == self._text:
            return
        self._text = text
        if self._display is not None:
            self._display.update(
                _html(f"<progress max='1' value='{share:.3f}' style='width:20em'></progress> {html.escape(text)}")
            )
        elif self._terminal:
            full = int(CELLS * share)
            sys.stderr.write(f"\r\x1b[K{'█' * full}{'░' * (CELLS - full)} {text}")
            sys.stderr.flush()


def _html(text: str) -> Any:
    return importlib.import_module("IPython.display").HTML(text)


def _notebook_display() -> Any:
    """A place in the notebook's output that can be drawn anew; None outside one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    display = importlib.import_module("IPython.display").display
    return display(_html("<progress style='width:20em'></progress>"), display_id=True)
