#!/usr/bin/env bash
# FAMD, validity, t-SNE and forest against their peers:  bench/multivariate.sh BENCH_MULTIVARIATE [CASE...]
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(bench/python.sh bench/multivariate-requirements.txt)
exec "$python" bench/multivariate.py "$@"
