#!/usr/bin/env bash
# The reference of the cluster library as HTML: docs.sh FOLDER. Fails on any warning of Doxygen.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?docs.sh FOLDER}
command -v doxygen >/dev/null || { echo "docs: doxygen is not here; run: apt-get install doxygen" >&2; exit 77; }
mkdir -p "$folder"
{ cat docs/Doxyfile; echo "OUTPUT_DIRECTORY = $folder"; } | doxygen -
echo "docs: $folder/html/index.html"
