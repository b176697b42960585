"""What a model and a run show of themselves in a notebook: the page's own sentence, table and picture."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

# The page's colours of clusters (web/src/shared/page.css).
COLOURS = ("#0072b2", "#b87700", "#00805d", "#b0578a", "#2e8bc0", "#c24e00", "#6a5acd", "#7a7000")
NOISE = "#8b9299"
PICTURE = re.compile(r'<div class="picture">(<svg .*?</svg>)</div>', re.DOTALL)


def cluster_colour(cluster: int) -> str:
    """
    >>> cluster_colour(8) == cluster_colour(0)
    True
    """
    return NOISE if cluster < 0 else COLOURS[cluster % len(COLOURS)]


def model_html(artifacts: Path, metrics: dict[str, Any]) -> str:
    """The verdict, a row a cluster, and the report's picture of the stores where there is one of this fit."""
    segments = _document(artifacts / "insight" / "segments.json", metrics["fit"])
    sentence = segments["verdict"]["sentence"] if segments else metrics["verdict"]["sentence"]
    head = (
        f"<p><b>{metrics['n_fitted']} stores, {metrics['n_clusters']} clusters</b>, "
        f"{100 * metrics['noise_ratio']:.0f} % noise; DBCV {_figure(metrics['dbcv_score'])}, "
        f"silhouette {_figure(metrics['silhouette_score'])}</p><p>{html.escape(sentence)}</p>"
    )
    picture = _picture(artifacts / "report.html") if segments else ""
    return f"<div>{_style()}{head}{_table(artifacts, metrics)}{picture}</div>"


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"


def _document(file: Path, fit: str) -> dict[str, Any] | None:
    """None where it is not there or of another fit."""
    if not file.exists():
        return None
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document if document.get("fit") == fit else None


def _table(artifacts: Path, metrics: dict[str, Any]) -> str:
    personas = _document(artifacts / "insight" / "personas.json", metrics["fit"])
    names = {one["cluster"]: one["name"] for one in personas["personas"]} if personas else {}
    rows = "".join(
        f"<tr><td style='color:{cluster_colour(cluster)}'>⬤</td><td>{cluster}</td>"
        f"<td style='text-align:left'>{html.escape(names.get(cluster, ''))}</td><td>{found}</td><td>{final}</td></tr>"
        for cluster, found, final in zip(
            metrics["cluster_ids"], metrics["sizes"], metrics["sizes_final"], strict=True
        )
    )
    return (
        "<table><thead><tr><th></th><th>cluster</th><th>name</th><th>found</th><th>with assigned</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _picture(report: Path) -> str:
    if not report.exists():
        return ""
    found = PICTURE.search(report.read_text(encoding="utf-8"))
    return f"<div class='aisle-picture'>{found.group(1)}</div>" if found else ""


def _style() -> str:
    colours = "".join(f".aisle-picture .c{at}{{color:{colour}}}" for at, colour in enumerate(COLOURS))
    return (
        f"<style>{colours}.aisle-picture .none{{color:{NOISE}}}.aisle-picture svg{{max-width:40em;width:100%}}"
        ".aisle-picture .full{fill:currentColor}.aisle-picture .hollow{fill:none;stroke:currentColor}"
        ".aisle-picture text{font:600 14px sans-serif;text-anchor:middle}</style>"
    )
