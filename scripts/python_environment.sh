#!/usr/bin/env bash
# Prints the Python of an environment with exactly the packages of a list; makes it in the cache when it is not there:
#   scripts/python_environment.sh NAME REQUIREMENTS
set -euo pipefail
name=$1
requirements=$2
python=$(command -v "${PYTHON:-python3}") || { echo "$name: python3 is not here; run scripts/setup.sh $name" >&2; exit 1; }
cache=${AISLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aisle}
interpreter=$("$python" -c "import sys; print(sys.version, sys.prefix)")
venv=$cache/$name-$( (cat "$requirements"; echo "$interpreter") | sha256sum | cut -c1-16)
mkdir -p "$cache"
exec {lock}>"$venv.lock"
flock "$lock"
if [ ! -e "$venv/complete" ]; then
  echo "$name: installing $requirements into $venv" >&2
  "$python" -m venv --clear "$venv"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps -r "$requirements" >&2
  "$venv/bin/python" -m pip check >&2
  touch "$venv/complete"
fi
echo "$venv/bin/python"
