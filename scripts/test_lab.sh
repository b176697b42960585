#!/usr/bin/env bash
# Runs the lab's notebooks from top to bottom on a synthetic retailer, and starts the lab itself once.
#   scripts/test_lab.sh AISLE
set -euo pipefail
cd "$(dirname "$0")/.."
aisle=$(realpath "$1")
lab=$(scripts/lab_environment.sh)
made=$(mktemp -d)
started=
trap '[ -z "$started" ] || kill "$started" 2>/dev/null || true; rm -rf "$made"' EXIT

"$lab/bin/python" - lab/*.ipynb <<'PYTHON'
import json, sys
for name in sys.argv[1:]:
    for cell in json.load(open(name, encoding="utf-8"))["cells"]:
        if cell.get("outputs") or cell.get("execution_count"):
            sys.exit(f"test_lab: {name} has outputs; strip them before it is committed")
PYTHON

"$aisle" init --template original --project "$made/shop" >/dev/null
"$aisle" generate --project "$made/shop" --quiet
"$aisle" run --project "$made/shop" --quiet >/dev/null
for notebook in lab/*.ipynb; do
  echo "test_lab: $notebook"
  AISLE_PROGRAM=$aisle AISLE_PROJECT=$made/shop MPLBACKEND=module://matplotlib_inline.backend_inline \
    "$lab/bin/python" - "$notebook" "$made" <<'PYTHON'
import sys
import nbformat
from nbclient import NotebookClient

book = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(book, timeout=600, resources={"metadata": {"path": sys.argv[2]}}).execute()
nbformat.validate(book)
outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
for output in outputs:
    if output.output_type == "stream" and output.name == "stderr":
        sys.exit(f"test_lab: a cell wrote to standard error: {output.text}")
if not any("image/png" in output.get("data", {}) for output in outputs):
    sys.exit("test_lab: no cell drew a picture")
PYTHON
done

# The lab itself: on this machine alone, and with a token.
AISLE_LAB=$lab "$aisle" lab --project "$made/shop" --port 0 --json >"$made/lab.out" 2>"$made/lab.err" &
started=$!
"$lab/bin/python" - "$made/lab.out" <<'PYTHON'
import json, sys, time, urllib.error, urllib.request
until = time.monotonic() + 120
while True:
    try:
        url = json.loads(open(sys.argv[1]).readline())["url"]
        token = url.split("token=")[1]
        base = url.split("/lab/")[0]
        ask = urllib.request.Request(f"{base}/api/contents/lab", headers={"Authorization": f"token {token}"})
        names = [one["name"] for one in json.load(urllib.request.urlopen(ask))["content"]]
        break
    except (ValueError, IndexError, urllib.error.URLError):
        if time.monotonic() > until:
            sys.exit("test_lab: the lab did not answer within two minutes")
        time.sleep(0.5)
assert len([name for name in names if name.endswith(".ipynb")]) == 4, names
try:
    urllib.request.urlopen(f"{base}/api/contents")
    sys.exit("test_lab: the lab answers without a token")
except urllib.error.HTTPError as refused:
    assert refused.code == 403, refused.code
PYTHON
kill "$started"
wait "$started" 2>/dev/null || true
started=
echo "test_lab: the notebooks run, and the lab answers"
