#!/usr/bin/env bash
# Builds the Python package's wheel, installs it into a clean environment and tests it there. The pinned packages
# that this needs are kept under ${XDG_CACHE_HOME:-~/.cache}/aisle, by their list's digest.
#   scripts/test_python.sh [arguments of pytest]
# Tests of aisle.Project need the program: AISLE_PROGRAM, or `aisle` on PATH; without it they are skipped and say so.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(command -v "${PYTHON:-python3}")
requirements=python/requirements-test.txt
cache=${XDG_CACHE_HOME:-$HOME/.cache}/aisle
interpreter=$("$python" -c "import sys; print(sys.version, sys.prefix)")
peers=$cache/python-$( (cat "$requirements"; echo "$interpreter") | sha256sum | cut -c1-16)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

# Says what a quiet step printed only when it fails.
quietly() { "$@" >"$made/log" 2>&1 || { tail -40 "$made/log" >&2; echo "test_python: failed: $*" >&2; exit 1; }; }

mkdir -p "$cache"
exec {lock}>"$peers.lock"
flock "$lock"
if [ ! -e "$peers/complete" ]; then
  echo "test_python: installing what the tests need into $peers"
  rm -rf "$peers"
  quietly "$python" -m venv "$peers"
  quietly "$peers/bin/python" -m pip install --no-compile --no-deps -r "$requirements"
  quietly "$peers/bin/python" -m pip check
  touch "$peers/complete"
fi
flock -u "$lock"

# Built in build/python by the tools that stay in $peers, so that a second call compiles what changed.
# A module that lies in the source, as an older build can have left it, stays out of the wheel.
stray=python/aisle/_core.stray.so
trap 'rm -rf "$made" "$stray"' EXIT
touch "$stray"
PATH=$peers/bin:$PATH quietly "$peers/bin/python" -m pip wheel . --no-deps --no-build-isolation \
  --wheel-dir "$made/wheels" --config-settings=build-dir=build/python
rm "$stray"
modules=$("$python" -m zipfile -l "$made"/wheels/aisle_retail-*.whl | grep -c '_core.*\.so')
[ "$modules" = 1 ] || { echo "test_python: the wheel has $modules modules _core; expected 1" >&2; exit 1; }

# The wheel and its own dependencies alone: its first examples must run.
quietly "$python" -m venv "$made/clean"
quietly "$made/clean/bin/python" -m pip install --constraint "$requirements" "$made"/wheels/aisle_retail-*.whl
(cd "$made" && clean/bin/python -c '
import doctest, aisle, aisle._forest, aisle._hdbscan, aisle._project, aisle._stability, aisle._tsne
for module in (aisle, aisle._forest, aisle._hdbscan, aisle._project, aisle._stability, aisle._tsne):
    found = doctest.testmod(module)
    assert found.attempted and not found.failed, found')
echo "test_python: the wheel installs and runs alone"

# The same environment, which now sees what the tests need.
"$peers/bin/python" -c 'import site; print(site.getsitepackages()[0])' \
  >"$("$made/clean/bin/python" -c 'import site; print(site.getsitepackages()[0])')/peers.pth"
"$made/clean/bin/python" -m pytest -q -p no:cacheprovider --pyargs --doctest-modules aisle python/tests "$@"
