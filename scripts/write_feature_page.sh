#!/bin/sh
# Writes docs/features.md from the heads of the files in sql/.
set -eu
cd "$(dirname "$0")/.."
cmake --build build/release --target feature_page >&2
build/release/bin/feature_page > docs/features.md.new
mv docs/features.md.new docs/features.md
