#!/usr/bin/env bash
# Tests suites and results of checks with the real Great Expectations:  scripts/test_gx.sh AISLE [arguments of unittest]
set -euo pipefail
AISLE=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
python=$(scripts/python_environment.sh gx tests/platform/gx-requirements.txt)
export AISLE
cd tests/platform
exec "$python" -m unittest "${@:-test_gx}"
