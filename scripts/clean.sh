#!/usr/bin/env bash
# Removes what was built, and keeps a project that lies there:  scripts/clean.sh RETAILER
set -euo pipefail
retailer=$(realpath -m "$1")
cd "$(dirname "$0")/.."
[ -d build ] || exit 0
kept=
for entry in build/* build/.[!.]*; do
  [ -e "$entry" ] || [ -L "$entry" ] || continue
  case $retailer/ in
    "$(realpath -m "$entry")"/*) kept=$entry ;;
    *) rm -rf "$entry" ;;
  esac
done
if [ -n "$kept" ]; then
  echo "clean: kept $kept, a project with its data; \`rm -r $kept\` removes it"
else
  rmdir build
fi
