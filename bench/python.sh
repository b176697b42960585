#!/usr/bin/env bash
# Prints the Python of an environment with the peers of a requirements file; makes it in the cache when it is
# not there:  bench/python.sh REQUIREMENTS
set -euo pipefail
requirements=$1
cache=${AISLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aisle}
command -v python3 >/dev/null || { echo "bench: python3 is not here; apt-get install python3 python3-venv" >&2; exit 1; }
# A list that has changed is another environment.
venv=$cache/bench-venv-$(sha256sum <"$requirements" | cut -c1-12)
if [ ! -e "$venv/complete" ]; then
  echo "bench: installing the peers ($requirements)" >&2
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q -r "$requirements" >&2
  touch "$venv/complete"
fi
echo "$venv/bin/python"
