#!/usr/bin/env bash
# Benchmarks against peers, in one run on the same data:  bench/run.sh AISLE [CASE...]
# The peers live in a virtual environment of their own in the cache; PySpark needs a Java.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(bench/python.sh bench/requirements.txt)
exec "$python" bench/run.py "$@"
