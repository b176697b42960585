#!/usr/bin/env python3
"""Refuses an include against the direction of dependence: a room includes its own floor or lower ones."""
import pathlib
import re
import sys

FLOORS = [
    "base",
    "cluster project engine",
    "generate onboard quality features track",
    "segment",
    "insight",
    "report",
    "flow",
    "serve",
    "cli",
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}
# What may know a foreign library's types: the room that adapts it.
ADAPTERS = {"duckdb.h": "engine", "sqlite3.h": "track", "curl/curl.h": "track", "grpcpp/": "engine"}


def shared_headers(root):
    """Headers that another header or another room includes; the rest are a room's inner business."""
    shared = set()
    for file in (root / "aisle").rglob("*"):
        if file.suffix not in (".h", ".cc"):
            continue
        for room, name in re.findall(r'#include "(aisle/(?:\w+)/)([\w/]+\.h)"', file.read_text()):
            if file.suffix == ".h" or not str(file.relative_to(root)).startswith(room):
                shared.add(room + name)
    return shared


def faults(root):
    shared = shared_headers(root)
    for file in sorted((root / "aisle").rglob("*")):
        if file.suffix not in (".h", ".cc"):
            continue
        room = file.relative_to(root / "aisle").parts[0]
        is_shared = str(file.relative_to(root)) in shared
        for number, line in enumerate(file.read_text().splitlines(), 1):
            where = f"{file.relative_to(root)}:{number}"
            own = re.match(r'#include "aisle/(\w+)/', line)
            if own and own[1] not in FLOOR_OF:
                yield f"{where}: there is no room '{own[1]}'"
            elif own and FLOOR_OF[own[1]] > FLOOR_OF[room]:
                yield f"{where}: {room} includes {own[1]}, a room above its own"
            elif own and room == "cluster" and own[1] not in ("base", "cluster"):
                yield f"{where}: cluster stands alone and includes {own[1]}"
            for header, adapter in ADAPTERS.items():
                if re.match(rf"#include [<\"]{re.escape(header)}", line) and (room != adapter or is_shared):
                    yield f"{where}: {header} stays inside {adapter}, out of headers that others include"
            # A header about JSON says so in its name and is for .cc files; the others stay free of it.
            is_json = "nlohmann" in line or re.match(r'#include ".*json\w*\.h"', line)
            if file.suffix == ".h" and "json" not in file.name and is_json and line.startswith("#include"):
                yield f"{where}: JSON stays in .cc files and in headers named for it"


if __name__ == "__main__":
    found = list(faults(pathlib.Path(__file__).resolve().parent.parent))
    print("\n".join(found) or "include direction: clean")
    sys.exit(1 if found else 0)
