#!/usr/bin/env python3
"""Draws docs/rooms.svg: the rooms on their floors, from the same list that the include check uses.

  scripts/draw_rooms.py > docs/rooms.svg
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from check_includes import FLOORS

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAYS = {
    "base": "errors, matrices, draws, loops, events",
    "cluster": "HDBSCAN, FAMD, validity, forest",
    "project": "options, paths, staged output, lock",
    "engine": "SQL and Parquet",
    "generate": "the synthetic retailer",
    "onboard": "a mapping proposed from files",
    "quality": "expectations, quarantine",
    "features": "one row a store",
    "track": "the run store",
    "segment": "design, train, model package",
    "insight": "documents for every front end",
    "report": "report.html, spreadsheets",
    "flow": "assets, staleness, materialisation",
    "serve": "HTTP API and page",
    "cli": "verbs",
}


def draw():
    width, height, gap, top = 960, 46, 14, 56
    floors = [[room for room in floor.split() if (ROOT / "aisle" / room).is_dir()] for floor in FLOORS]
    floors = [floor for floor in floors if floor]
    total = top + len(floors) * (height + gap)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total}" font-family="system-ui, sans-serif">'
    yield f'<rect width="{width}" height="{total}" fill="#ffffff"/>'
    yield '<text x="16" y="34" font-size="20" fill="#111827">The rooms of aisle: each may use its own floor and those below</text>'
    for level, rooms in enumerate(reversed(floors)):
        y = top + level * (height + gap)
        cell = (width - 32 - gap * (len(rooms) - 1)) / len(rooms)
        for at, room in enumerate(rooms):
            x = 16 + at * (cell + gap)
            yield f'<rect x="{x:.1f}" y="{y}" width="{cell:.1f}" height="{height}" rx="4" fill="#eef4fb" stroke="#0b5cad"/>'
            yield f'<text x="{x + 10:.1f}" y="{y + 20}" font-size="14" font-weight="600" fill="#111827">{room}</text>'
            yield f'<text x="{x + 10:.1f}" y="{y + 36}" font-size="10.5" fill="#374151">{SAYS[room]}</text>'
    yield "</svg>"


if __name__ == "__main__":
    print("\n".join(draw()))
