#!/usr/bin/env bash
# Puts Spark into the cache, as deps/spark.pins names it, unless it is there: home/ (a SPARK_HOME) and protos/ (the
# files of Spark Connect's protocol, out of its own jar). Prints nothing when there is nothing to do; `--print`
# prints the folder.
set -euo pipefail
cd "$(dirname "$0")/.."
pins=$PWD/deps/spark.pins
cache=${AISLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aisle}
folder=$cache/spark-$(sha256sum "$pins" | cut -c1-12)
if [ "${1:-}" = --print ]; then echo "$folder"; exit 0; fi
[ -d "$folder" ] && exit 0

read -r package version sha256 < <(grep -v '^#' "$pins")
mkdir -p "$cache"
work=$(mktemp -d "$cache/spark-XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "setup: fetching $package $version from PyPI (456 MB)"
python3 -m venv "$work/venv"
# pip looks into the package to know what it needs, which takes its build tools; nothing is built or installed.
"$work/venv/bin/pip" --disable-pip-version-check -q download --no-deps --no-binary "$package" -d "$work" \
  "$package==$version" >"$work/log" 2>&1 || {
  tail -3 "$work/log" >&2
  echo "fetch_spark: PyPI could not give $package $version; is the network there?" >&2; exit 1; }
archive=$work/$package-$version.tar.gz
echo "$sha256  $archive" | sha256sum --check --status || {
  echo "fetch_spark: the checksum of $package $version differs from the pinned one; nothing was installed" >&2; exit 1; }
mkdir -p "$work/spark/home" "$work/spark/protos"
tar -xzf "$archive" -C "$work/spark/home" --strip-components=2 "$package-$version/deps"
python3 - "$work/spark/home/jars" "$work/spark/protos" <<'PYTHON'
import glob, sys, zipfile
jars, protos = sys.argv[1:]
(jar,) = glob.glob(jars + "/spark-connect_*.jar")
with zipfile.ZipFile(jar) as archive:
    for name in archive.namelist():
        if name.startswith(("spark/connect/", "google/rpc/")) and name.endswith(".proto") and name.count("/") == 2:
            archive.extract(name, protos)
PYTHON
mv "$work/spark" "$folder"
