#!/usr/bin/env bash
# Builds the front end in web/: scripts/build_web.sh FOLDER
# FOLDER gets report.html (one file) and the served page: page.pack (its files) and page_files.inc (a table of them).
# The result is kept in the cache by a digest of web/, so an unchanged web/ is built once on a machine and takes
# no network afterwards.
set -euo pipefail
mkdir -p "$1"
output=$(realpath "$1")
cd "$(dirname "$0")/../web"
cache=${AISLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aisle}
digest=$(find . \( -name node_modules -o -name dist \) -prune -o -type f -print | LC_ALL=C sort | xargs sha256sum |
  sha256sum | cut -c1-16)
built=$cache/web-$digest
files="report.html page.pack page_files.inc"
if [ ! -f "$built/page_files.inc" ]; then
  installed=node_modules/.installed
  if ! cmp -s package-lock.json "$installed"; then
    npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error >&2 || {
      echo "build_web: npm could not install the packages of web/package-lock.json; is the network there?" \
        "-DAISLE_WEB=OFF builds aisle without charts in its report and without its page" >&2
      exit 1; }
    cp package-lock.json "$installed"
  fi
  node node_modules/vite/bin/vite.js build --logLevel warn
  node node_modules/vite/bin/vite.js build --logLevel warn --config vite.page.config.ts
  mkdir -p "$built"
  # The file that is looked for comes last, and each appears whole.
  for file in $files; do
    cp "dist/$file" "$built/$file.$$"
    mv "$built/$file.$$" "$built/$file"
  done
fi
for file in $files; do cp "$built/$file" "$output/$file"; done
