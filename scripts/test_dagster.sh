#!/usr/bin/env bash
# Tests projects in a real Dagster on a free port:  scripts/test_dagster.sh AISLE [arguments of unittest]
set -euo pipefail
AISLE=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
DAGSTER_PYTHON=$(scripts/python_environment.sh dagster tests/platform/dagster-requirements.txt)
export AISLE DAGSTER_PYTHON
cd tests/platform
exec "$DAGSTER_PYTHON" -m unittest "${@:-test_dagster}"
