#!/usr/bin/env bash
# clang-tidy over the sources, by the compile commands of a build folder.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v clang-tidy >/dev/null || { echo "lint: clang-tidy is not here; apt-get install clang-tidy" >&2; exit 1; }
git ls-files 'aisle/*.cc' | xargs -P "$(nproc)" -n 4 clang-tidy -p "$1" --quiet
