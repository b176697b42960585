#!/usr/bin/env bash
# Runs what `aisle verify` writes with the real hdbscan and prince, on two models of a synthetic retailer.
#   scripts/test_verify.sh AISLE
set -euo pipefail
cd "$(dirname "$0")/.."
aisle=$(realpath "$1")
python=$(bench/python.sh bench/multivariate-requirements.txt)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

"$aisle" init --template original --project "$made/shop" >/dev/null
"$aisle" generate --project "$made/shop" --quiet
for preset in original trading; do
  "$aisle" run --project "$made/shop" --quiet --set model.preset=$preset --set stability.enabled=false >/dev/null 2>&1
  "$aisle" verify --project "$made/shop" --out "$made/$preset" --quiet
  echo "test_verify: $preset"
  "$python" "$made/$preset/verify.py"
done
# A script that cannot fail shows nothing: one store in another cluster must be found out.
"$python" - "$made/original/labels.csv" <<'PYTHON'
import sys, pandas
labels = pandas.read_csv(sys.argv[1], dtype={"store_id": str})
largest = labels.cluster.value_counts().index[0]
labels.loc[(labels.cluster != largest).idxmax(), "cluster"] = largest
labels.to_csv(sys.argv[1], index=False)
PYTHON
if "$python" "$made/original/verify.py" >/dev/null; then
  echo "test_verify: a changed label was not found out" >&2
  exit 1
fi
