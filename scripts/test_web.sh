#!/usr/bin/env bash
# Tests the front end's own functions, then the report and the served page in Debian's Chromium: scripts/test_web.sh AISLE [playwright's arguments]
set -euo pipefail
aisle=$(realpath "$1")
shift
cd "$(dirname "$0")/../tests/web"
command -v pdftotext >/dev/null || { echo "test_web: pdftotext is not here: run scripts/setup.sh web" >&2; exit 1; }
installed=node_modules/.installed
if ! cmp -s package-lock.json "$installed"; then
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error
  cp package-lock.json "$installed"
fi
node node_modules/vitest/vitest.mjs run --reporter=dot
AISLE=$aisle node node_modules/@playwright/test/cli.js test "$@"
