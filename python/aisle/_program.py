"""The aisle program, for what is plain Python over it."""

import os
import shutil
import subprocess
from collections.abc import Sequence


class ProgramError(RuntimeError):
    """The aisle program ended with an error; the message is its own."""


def program() -> str:
    """The program's path: the environment's AISLE_PROGRAM, else `aisle` on PATH."""
    named = os.environ.get("AISLE_PROGRAM", "")
    found = shutil.which(named or "aisle")
    if found is None:
        where = f"AISLE_PROGRAM is {named!r}, which is no program" if named else "there is no `aisle` on PATH"
        raise ProgramError(f"aisle: {where}; install the program, or set AISLE_PROGRAM to where it is")
    return found


def run_program(arguments: Sequence[str]) -> str:
    """Runs `aisle ARGUMENTS...` to its end and returns its standard output."""
    done = subprocess.run([program(), *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise ProgramError(lines[-1] if lines else f"aisle: ended with code {done.returncode}")
    return done.stdout
