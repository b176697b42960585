#!/usr/bin/env bash
# clang-tidy over the sources, by the compile commands of a build folder: lint.sh BUILD [FILE...]. Fails when
# it has findings; .clang-tidy says which checks and why some are off.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:?lint.sh BUILD [FILE...]}
command -v clang-tidy >/dev/null || { echo "lint: clang-tidy is not here; run: apt-get install clang-tidy" >&2; exit 1; }
[ -f "$build/compile_commands.json" ] || { echo "lint: $build has no compile_commands.json; run: make build" >&2; exit 1; }
files=("${@:2}")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files 'aisle/*.cc')
findings=$(mktemp)
trap 'rm -f "$findings"' EXIT
# The commands are the build's: options that only GCC knows are no finding.
printf '%s\0' "${files[@]}" | xargs -0 -P "$(nproc)" -n 2 clang-tidy -p "$build" --quiet \
  --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error 2>/dev/null >"$findings" || true
# A header's finding is said once, however many files include it.
count=$(grep -E '^/.*(warning|error): ' "$findings" | sort -u | wc -l)
if [ "$count" != 0 ]; then
  awk '/^\/.*(warning|error): / {show = !seen[$0]++} show' "$findings" | sed "s|^$PWD/||"
  echo "lint: $count findings in ${#files[@]} files" >&2
  exit 1
fi
echo "lint: clean, ${#files[@]} files"
