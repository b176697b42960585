#!/usr/bin/env bash
# `aisle` beside a real MLflow 3.17.2: its runs are read back through MLflow's own client, its model is loaded by
# `mlflow.pyfunc.load_model`, the server is killed in the middle, and TLS is spoken.
#   scripts/test_mlflow.sh AISLE
set -euo pipefail
cd "$(dirname "$0")/.."
aisle=$(realpath "$1")
peers=$(bench/python.sh python/requirements-mlflow.txt)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
quietly() { "$@" >"$made/log" 2>&1 || { tail -40 "$made/log" >&2; echo "test_mlflow: failed: $*" >&2; exit 1; }; }

# The wheel in an environment of its own that sees MLflow: the package that load_model finds is the built one.
quietly "$peers" -m pip wheel . --no-deps --wheel-dir "$made" --config-settings=build-dir=build/python-mlflow
quietly "$peers" -m venv "$made/clean"
quietly "$made/clean/bin/python" -m pip install --no-deps "$made"/aisle_retail-*.whl
"$peers" -c 'import site; print(site.getsitepackages()[0])' \
  >"$("$made/clean/bin/python" -c 'import site; print(site.getsitepackages()[0])')/peers.pth"
"$made/clean/bin/python" tests/mlflow/real_mlflow.py "$aisle" "$made"
