#!/usr/bin/env bash
# Puts the built program into build/image, as the image takes it, with the list of packages that its libraries come
# from:  deploy/install_for_image.sh BUILD
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf build/image
cmake --install "$1" --component program --strip --prefix build/image >/dev/null
# One a line; libduckdb is installed beside the program and comes from none.
ldd build/image/bin/aisle | awk '$3 ~ /^\// {print $3}' | while read -r library; do
  # dpkg may know /lib/... where the loader says /usr/lib/..., and the other way round.
  path=$(realpath "$library")
  dpkg-query --search "$path" "${path#/usr}" 2>/dev/null | head -1 | cut -d: -f1 || true
done | sort -u >build/image/packages
