#!/usr/bin/env bash
# The documents of the Iowa sample against figures by pandas and scipy. Usage: check_iowa.sh AISLE
# Exit code 77 (skipped) where python3 has no pandas and scipy.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
project="$(mktemp -d)"
trap 'rm -rf "$project"' EXIT
cp -r "$here/../../../examples/iowa/." "$project"
"$1" run --quiet --project "$project" > /dev/null
"${PYTHON:-python3}" "$here/insight_figures.py" --check "$project"
