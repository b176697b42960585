"""The `aisle` program as a child process: arguments in, events out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

Event = dict[str, Any]


class ProgramError(RuntimeError):
    """The program refused or failed. `kind` is its class of errors, `exit_code` what it ended with."""

    def __init__(self, kind: str, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.kind = kind
        self.exit_code = exit_code


def find_program(named: str | os.PathLike[str] | None = None) -> str:
    """`named`, else the environment's AISLE_PROGRAM, else `aisle` on PATH.

    >>> find_program("/no/such/aisle")
    Traceback (most recent call last):
    ...
    FileNotFoundError: there is no program /no/such/aisle; AISLE_PROGRAM or the argument `program` says where it is
    """
    wanted = named or os.environ.get("AISLE_PROGRAM") or None
    if wanted is None:
        found = shutil.which("aisle")
        if found is None:
            raise FileNotFoundError("the program `aisle` is not on PATH; install it, or set AISLE_PROGRAM to where it is")
        return found
    if not os.access(wanted, os.X_OK) or Path(wanted).is_dir():
        raise FileNotFoundError(
            f"there is no program {os.fspath(wanted)}; AISLE_PROGRAM or the argument `program` says where it is"
        )
    return os.fspath(wanted)


def run_program(program: str, arguments: Sequence[str], listen: Callable[[Event], None] | None = None) -> list[Event]:
    """Runs `aisle ARGUMENTS --json` to its end and returns its events; `listen` gets each as it comes.

    Raises ProgramError with the program's own message. An interrupt (Ctrl-C, the notebook's stop) ends the program
    as Ctrl-C in a terminal does: the last good output stays whole.
    """
    command = [program, *arguments, "--json"]
    # A file takes what the program says of itself: nobody reads a second pipe, and a full one would stop it.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said, subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, encoding="utf-8", errors="replace",
        bufsize=1
    ) as process:
        events = []
        try:
            for event in _events(process):
                events.append(event)
                if listen is not None:
                    listen(event)
            code = process.wait()
            said.seek(0)
            error = said.read()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code != 0:
        raise _failure(events, error, code)
    return events


def ask_program(program: str, arguments: Sequence[str]) -> Any:
    """The one document that `aisle ARGUMENTS --json` prints. Raises ProgramError."""
    done = subprocess.run(
        [program, *arguments, "--json"], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        lines = done.stdout.strip().splitlines()
        raise _failure([json.loads(lines[-1])] if lines else [], done.stderr, done.returncode)
    return json.loads(done.stdout)


def _events(process: subprocess.Popen[str]) -> Iterator[Event]:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip():
            yield json.loads(line)


def _failure(events: list[Event], error: str, code: int) -> ProgramError:
    for event in reversed(events):
        if event.get("event") == "error":
            return ProgramError(event["kind"], event["message"], code)
    lines = error.strip().splitlines() or [f"the program ended with {code}"]
    return ProgramError("EnvironmentError", lines[-1].removeprefix("aisle: "), code)


def last_event(events: list[Event], name: str) -> Event:
    """The last event of that name; the program always ends well with one where this is asked."""
    for event in reversed(events):
        if event.get("event") == name:
            return event
    raise ProgramError("InternalError", f"the program printed no {name}", 70)
