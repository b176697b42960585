#!/usr/bin/env bash
# Puts DuckDB's library and C header into the cache, as deps/duckdb.pins names them, unless they are there.
# Prints nothing when there is nothing to do; `--print` prints the folder.
set -euo pipefail
cd "$(dirname "$0")/.."
pins=$PWD/deps/duckdb.pins
cache=${AISLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aisle}
folder=$cache/duckdb-$(sha256sum "$pins" | cut -c1-12)
if [ "${1:-}" = --print ]; then echo "$folder"; exit 0; fi

platform=linux-$(uname -m)
fetch() {  # fetch PLATFORM TARGET: the pinned file of PLATFORM, checked, as $folder/TARGET
  local target=$folder/$2 package version sha512 member
  [ -f "$target" ] && return
  read -r _ package version sha512 member < <(grep -E "^$1 " "$pins") || {
    echo "fetch_duckdb: no DuckDB library is pinned for $1; install DuckDB 1.4 or newer and its header yourself, CMake will find them" >&2
    exit 1; }
  echo "setup: fetching $package $version from npm"
  local work; work=$(mktemp -d)
  (cd "$work" && npm pack --silent "$package@$version" >/dev/null) || {
    echo "fetch_duckdb: npm could not fetch $package@$version; is the network there?" >&2; rm -rf "$work"; exit 1; }
  local tarball; tarball=$(ls "$work"/*.tgz)
  echo "$sha512  $tarball" | sha512sum --check --status || {
    echo "fetch_duckdb: the checksum of $package@$version differs from the pinned one; nothing was installed" >&2
    rm -rf "$work"; exit 1; }
  mkdir -p "$folder/$(dirname "$2")"
  tar -xzf "$tarball" -O "$member" > "$target.part"
  mv "$target.part" "$target"
  rm -rf "$work"
}
fetch header include/duckdb.h
fetch "$platform" lib/libduckdb.so
