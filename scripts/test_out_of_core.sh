#!/usr/bin/env bash
# 25 million sale lines with 512 MB of memory for the engine: checks and features end well, and give the same bytes
# as with all the memory there is.
#   scripts/test_out_of_core.sh AISLE [STORES]
set -euo pipefail
aisle=$(realpath "$1")
stores=${2:-7500}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

"$aisle" init --template original --project "$made/shop" >/dev/null
"$aisle" generate --project "$made/shop" --stores "$stores" --quiet
features=("$aisle" run --only data_checks,store_features --force --quiet --project "$made/shop")
"${features[@]}" --set engine.memory_limit=512MB
cp -r "$made/shop/data/processed" "$made/small"
"${features[@]}"
diff -r "$made/small" "$made/shop/data/processed"
echo "test_out_of_core: $(du -sh "$made/shop/data/raw/fact_sales" | cut -f1) of sales, the same bytes"
