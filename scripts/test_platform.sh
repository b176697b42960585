#!/usr/bin/env bash
# `aisle up` with the real MLflow and Dagster, on free ports:  scripts/test_platform.sh AISLE [arguments of unittest]
set -euo pipefail
AISLE=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
python=$(scripts/python_environment.sh platform deps/platform-requirements.txt)
# The walk in Chromium takes the Playwright of the page's tests.
if ! cmp -s tests/web/package-lock.json tests/web/node_modules/.installed; then
  (cd tests/web && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --prefer-offline \
    --loglevel=error && cp package-lock.json node_modules/.installed)
fi
AISLE_PLATFORM_ENVIRONMENT=$(dirname "$(dirname "$python")")
export AISLE AISLE_PLATFORM_ENVIRONMENT
cd tests/platform
[ $# -gt 0 ] || set -- test_run_platform test_platform
exec "$python" -m unittest -v "$@"
