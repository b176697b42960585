#!/usr/bin/env bash
# Benchmarks against peers, in one run on the same data:  bench/run.sh AISLE [CASE...]
# The peers live in a virtual environment of their own in the cache; PySpark needs a Java.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${AISLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aisle}/bench-venv
command -v python3 >/dev/null || { echo "bench: python3 is not here; apt-get install python3 python3-venv" >&2; exit 1; }
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import pyspark, hdbscan, prince' 2>/dev/null; then
  echo "bench: installing the peers (bench/requirements.txt)"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q -r bench/requirements.txt
fi
exec "$venv/bin/python" bench/run.py "$@"
