#!/usr/bin/env bash
# Makes the lab's Python environment, ${XDG_CACHE_HOME:-~/.cache}/aisle/lab: JupyterLab and all that the notebooks
# use, pinned in lab/requirements.txt, and aisle's own package, built from here. A second call with nothing changed
# finds it there. Prints its folder.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(command -v "${PYTHON:-python3}")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/aisle
lab=$cache/lab
sources=$(find aisle/base aisle/cluster python cmake CMakeLists.txt pyproject.toml -type f ! -name '*.pyc' ! -name '_core*' \
  -print0 | sort -z | xargs -0 sha256sum)
# Packages are of one interpreter: another one, even at the same place, gets an environment of its own.
packages=$( (cat lab/requirements.txt; "$python" -c "import sys; print(sys.version, sys.prefix)") | sha256sum)
wanted=$( (echo "$packages"; echo "$sources") | sha256sum)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
quietly() { "$@" >"$made/log" 2>&1 || { tail -40 "$made/log" >&2; echo "lab_environment: failed: $*" >&2; exit 1; }; }

mkdir -p "$cache"
exec {lock}>"$lab.lock"
flock "$lock"
if [ "$(cat "$lab/complete" 2>/dev/null)" != "$wanted" ]; then
  echo "lab_environment: installing JupyterLab and aisle's package into $lab" >&2
  if [ "$(cat "$lab/packages" 2>/dev/null)" != "$packages" ]; then
    rm -rf "$lab"
    quietly "$python" -m venv "$lab"
    quietly "$lab/bin/python" -m pip install --no-compile --no-deps -r lab/requirements.txt
    quietly "$lab/bin/python" -m pip check
    echo "$packages" >"$lab/packages"
  fi
  PATH=$lab/bin:$PATH quietly "$lab/bin/python" -m pip wheel . --no-deps --no-build-isolation \
    --wheel-dir "$made/wheels" --config-settings=build-dir=build/python
  quietly "$lab/bin/python" -m pip install --no-deps --force-reinstall "$made"/wheels/aisle_retail-*.whl
  echo "$wanted" >"$lab/complete"
fi
echo "$lab"
