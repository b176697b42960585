#!/usr/bin/env bash
# Within the image's first stage: the program below FOLDER, and the packages of its libraries in LIST.
#   deploy/make_program.sh built|installed FOLDER LIST
set -euo pipefail
how=$1 folder=$2 list=$3
case $how in
  built)
    cmake --preset release -DAISLE_TESTS=OFF >/dev/null
    cmake --build build/release --target aisle
    deploy/install_for_image.sh build/release ;;
  installed) [ -x build/image/bin/aisle ] || {
    echo "make_program: build/image holds no program; deploy/install_for_image.sh build/release" >&2; exit 1; } ;;
  *) echo "make_program: PROGRAM=$how; expected built or installed" >&2; exit 2 ;;
esac
cp -a build/image "$folder"
mv "$folder/packages" "$list"
rm -rf build
