"""The aisle program and one project of it: what can be asked without a run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class AisleError(RuntimeError):
    """What the program says when it cannot do what it was asked."""


def _find_program() -> str:
    found = os.environ.get("AISLE_PROGRAM") or shutil.which("aisle")
    if not found:
        raise AisleError("aisle is not on the PATH; install it, or name the program in AISLE_PROGRAM")
    return found


@dataclass(frozen=True)
class AisleProgram:
    """The program at `executable` (by default AISLE_PROGRAM, else `aisle` on the PATH) for one project's folder."""

    project: Path
    executable: str

    @staticmethod
    def of(project: str | os.PathLike[str], executable: str | None = None) -> AisleProgram:
        folder = Path(project).resolve()
        if not (folder / "aisle.toml").is_file():
            raise AisleError(f"{folder} is no aisle project: it has no aisle.toml; `aisle init` makes one")
        return AisleProgram(folder, executable or _find_program())

    def command(self, verb: str, *options: str) -> list[str]:
        return [self.executable, verb, "--project", str(self.project), *options]

    def ask(self, verb: str) -> Any:
        """The JSON document that a verb answers."""
        try:
            done = subprocess.run(self.command(verb, "--json"), capture_output=True, text=True, check=False)
        except OSError as error:
            raise AisleError(f"{self.executable} cannot be run: {error.strerror}") from error
        if done.returncode != 0:
            raise AisleError(done.stderr.strip() or f"aisle {verb} ended with exit code {done.returncode}")
        return json.loads(done.stdout)

    def raw_digests(self) -> dict[str, str]:
        """A digest of each raw table's files; a table without files has none."""
        return {entry["asset"]: entry["digest"] for entry in self.ask("status")["assets"] if "digest" in entry}
