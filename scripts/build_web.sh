#!/usr/bin/env bash
# Builds the front end in web/ into one HTML file: scripts/build_web.sh OUTPUT
# The result is kept in the cache by a digest of web/, so an unchanged web/ is built once on a machine and takes
# no network afterwards.
set -euo pipefail
cd "$(dirname "$0")/../web"
output=$1
cache=${AISLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aisle}
digest=$(find . \( -name node_modules -o -name dist \) -prune -o -type f -print | LC_ALL=C sort | xargs sha256sum |
  sha256sum | cut -c1-16)
built=$cache/web-$digest/report.html
if [ ! -f "$built" ]; then
  installed=node_modules/.installed
  if ! cmp -s package-lock.json "$installed"; then
    npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error >&2 || {
      echo "build_web: npm could not install the packages of web/package-lock.json; is the network there?" \
        "-DAISLE_WEB=OFF builds aisle without charts in its report" >&2
      exit 1; }
    cp package-lock.json "$installed"
  fi
  node node_modules/vite/bin/vite.js build --logLevel warn
  mkdir -p "$(dirname "$built")"
  cp dist/report.html "$built.$$"
  mv "$built.$$" "$built"
fi
mkdir -p "$(dirname "$output")"
cp "$built" "$output"
