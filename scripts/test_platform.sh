#!/usr/bin/env bash
# `aisle up` with the real MLflow and Dagster, on free ports:  scripts/test_platform.sh AISLE [arguments of unittest]
set -euo pipefail
AISLE=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
python=$(scripts/python_environment.sh platform deps/platform-requirements.txt)
AISLE_PLATFORM_ENVIRONMENT=$(dirname "$(dirname "$python")")
export AISLE AISLE_PLATFORM_ENVIRONMENT
cd tests/platform
exec "$python" -m unittest "${@:-test_platform}"
