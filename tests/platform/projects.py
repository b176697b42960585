"""Projects of the synthetic retailer, made by the program itself (its path in AISLE)."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess

AISLE = os.environ["AISLE"]


def aisle(*arguments, project, expect=0):
    """Runs the program; returns what it printed."""
    done = subprocess.run([AISLE, *arguments, "--project", str(project)], capture_output=True, text=True)
    assert done.returncode == expect, f"aisle {' '.join(arguments)}: {done.returncode}\n{done.stderr}"
    return done.stdout


def make_project(folder, *generate_options):
    aisle("init", "--template", "original", project=folder)
    aisle("generate", "--quiet", *generate_options, project=folder)
    return folder


def set_option(project, section, line):
    """Adds a line to a section of aisle.toml."""
    file = project / "aisle.toml"
    text = file.read_text()
    head = f"[{section}]\n"
    file.write_text(text.replace(head, head + line + "\n") if head in text else f"{text}\n{head}{line}\n")


def copy_project(project, folder):
    shutil.copytree(project, folder)
    return folder


def digests(*folders):
    """Relative name -> digest of every file below the folders."""
    return {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest()
        for folder in folders
        for file in sorted(pathlib.Path(folder).rglob("*"))
        if file.is_file()
    }


def states(project):
    return {entry["asset"]: entry for entry in json.loads(aisle("status", "--json", project=project))["assets"]}


def processes_of(project):
    """Ids of aisle's processes that work on the project."""
    found = []
    for command_line in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = command_line.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if words[0] == AISLE and str(project) in words:
            found.append(int(command_line.parent.name))
    return found
