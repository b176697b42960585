#!/usr/bin/env bash
# The first minute with aisle: a synthetic retailer, its store segments.
#   scripts/run_retailer.sh AISLE FOLDER
set -euo pipefail
aisle=$1 folder=$2
if [ ! -f "$folder/aisle.toml" ]; then
  "$aisle" init --template original --project "$folder"
fi
if [ ! -d "$folder/data/raw/fact_sales" ]; then
  "$aisle" generate --project "$folder"
fi
"$aisle" run --project "$folder"
echo "Page:   $aisle serve --project $folder"
