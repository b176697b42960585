#!/usr/bin/env bash
# Fails and names the files whose formatting differs from .clang-format's.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! git ls-files '*.h' '*.cc' | xargs clang-format --dry-run --Werror 2>/tmp/aisle-format.$$; then
  grep -oE '^[^:]+:[0-9]+' /tmp/aisle-format.$$ | sort -u | head -20
  rm -f /tmp/aisle-format.$$
  echo "format: run 'make format'" >&2
  exit 1
fi
rm -f /tmp/aisle-format.$$
echo "format: clean"
